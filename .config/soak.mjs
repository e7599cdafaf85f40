// Hundreds of runs of `session exec` that are killed at random times; see docs/scripting.md.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/soak/*.soak.ts'],
    testTimeout: 30 * 60_000,
    disableConsoleIntercept: true,
  },
})
