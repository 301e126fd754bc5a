import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['*.network.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 },
})
