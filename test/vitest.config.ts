import { defineConfig } from 'vitest/config'

/** Rooms run side by side; what starts servers, browsers and people has the machine to itself. */
const heavy = ['journeys/**/*.test.ts', 'browser/**/*.test.ts', 'load/**/*.test.ts']
/** Of those, what mostly waits, or asks for nothing that takes long: two of them share the machine. */
const patient = [
  'browser/{accessible,board,channel-settings,charts,join,lead,lead-guidance,lead-networks,mails}.test.ts',
  'browser/{networks,networks-languages,no-word-lost,offline,pair,parts,public-word,reasons-languages,review}.test.ts',
  'journeys/{kill,kill-steps,secrets,series,ways-out,webhook}.test.ts',
]

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'rooms',
          include: ['**/*.test.ts'],
          exclude: ['node_modules/**', ...heavy],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'whole',
          include: heavy,
          exclude: ['node_modules/**', ...patient],
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'patient',
          include: patient,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
