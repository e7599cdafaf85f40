// Clients of other people against the embedded backend; installs them. `npm run test:clients -- node` runs those of npm.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/clients/*.clients.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    maxWorkers: 1,
    reporters: ['verbose', './test/clients/page.ts'],
  },
})
