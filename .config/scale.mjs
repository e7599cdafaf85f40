// Ten thousand rows over two hundred sessions, on a server that limits, fails and loses answers; and fifty in real browsers.
// See docs/scale.md.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/scale/*.scale.ts'],
    testTimeout: 30 * 60_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
})
