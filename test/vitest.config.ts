import { defineConfig } from 'vitest/config'

/** What starts servers, browsers and people waits for much: three of them share the machine. */
const whole = ['journeys/**/*.test.ts', 'browser/**/*.test.ts', 'load/**/*.test.ts']
/** Of those, what asks how fast something is, or loads the machine itself, has it alone. */
const alone = [
  'browser/{answering,first-load,mail,queue}.test.ts',
  'journeys/{drill,kill,two-nodes}.test.ts',
  'load/**/*.test.ts',
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
          exclude: ['node_modules/**', ...whole],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'whole',
          include: whole,
          exclude: ['node_modules/**', ...alone],
          maxWorkers: 3,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
