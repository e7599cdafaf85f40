// The session cases of the contract suite with a key of one's own: they open sessions, which bill, and close them.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'cloud',
    include: ['test/contract/sessions.test.ts', 'test/contract/exec.test.ts'],
    globalSetup: 'test/server/cloud.ts',
    // Its page is on this machine, where a cloud browser finds nothing.
    testNamePattern: /^(?!a session opens its start page)/,
    testTimeout: 300_000,
    maxWorkers: 1,
    reporters: ['verbose'],
  },
})
