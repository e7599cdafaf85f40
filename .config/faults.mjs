// The whole fault bench: minutes, and some cases that only root can set up.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/faults/*.faults.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['dot'],
    disableConsoleIntercept: true,
  },
})
