// The contract suite on both of its targets, and the table of what came out: the embedded backend, and the real
// open-source server, which is installed and started for it.
import { defineConfig } from 'vitest/config'

const contract = { include: ['test/contract/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    // The server keeps its sessions in one process and its data in one SQLite file: one case at a time.
    maxWorkers: 1,
    // Closing its browsers takes the server a while.
    teardownTimeout: 60_000,
    projects: [
      { test: { ...contract, name: 'embedded' } },
      { test: { ...contract, name: 'server', globalSetup: 'test/server/setup.ts' } },
    ],
    // A case on the real server takes its time: each is told as it ends.
    reporters: ['verbose', './test/server/table.ts'],
  },
})
