// Times and sizes against their budgets; see docs/performance.md.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/bench/*.bench.ts'],
    testTimeout: 20 * 60_000,
    hookTimeout: 120_000,
    // One thing at a time: what runs beside a measurement is in it.
    fileParallelism: false,
    reporters: ['dot'],
    disableConsoleIntercept: true,
  },
})
