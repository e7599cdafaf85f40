// One bundle step. Split CommonJS chunks start about ten milliseconds sooner than an ES module bundle, and every
// dynamic import in src/ becomes a chunk that only the commands that need it load.
import { defineConfig } from 'rolldown'

export default defineConfig({
  input: { main: 'src/main.ts', daemon: 'src/local/daemon.ts', watchdog: 'src/watchdog.ts' },
  platform: 'node',
  external: ['playwright-core'],
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    cleanDir: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
  },
})
