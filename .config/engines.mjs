// The recipes of docs/scale.md on the engines that they are for, as far as these run on one machine: installs what it
// needs, and needs root.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/engines/*.engine.ts'],
    testTimeout: 10 * 60_000,
    hookTimeout: 10 * 60_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
})
