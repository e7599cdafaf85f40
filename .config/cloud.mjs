// The session cases of the contract suite on Skyvern Cloud, or on the server of SKYVERN_BASE_URL, with a key of one's own.
// They open sessions, which bill, and close them.
import { defineConfig } from 'vitest/config'

const { SKYVERN_API_KEY: apiKey, SKYVERN_BASE_URL: baseUrl = 'https://api.skyvern.com' } =
  process.env
if (!apiKey) {
  console.error(
    'test:cloud opens sessions with a real key, and there is none: set SKYVERN_API_KEY. https://app.skyvern.com/settings shows yours.',
  )
  process.exit(1)
}

export default defineConfig({
  test: {
    name: 'cloud',
    include: ['test/contract/sessions.test.ts', 'test/contract/exec.test.ts'],
    provide: { server: { version: baseUrl, baseUrl, apiKey } },
    // Its page is on this machine, where a cloud browser finds nothing.
    testNamePattern: /^(?!a session opens its start page)/,
    testTimeout: 300_000,
    maxWorkers: 1,
    reporters: ['verbose'],
  },
})
