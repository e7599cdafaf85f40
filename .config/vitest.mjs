import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A worker keeps its process, its modules and its browser from file to file: a file costs a quarter of a second less.
    isolate: false,
    // For what hangs: a busy machine may take half a minute for a story.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests start processes and wait for them: six keep two cores busy, four leave them idle a tenth of the time.
    maxWorkers: 6,
  },
})
