import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    isolate: false,
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests start processes and wait for them: twice the cores of a small machine keep them busy, more gain nothing.
    maxWorkers: 4,
  },
})
