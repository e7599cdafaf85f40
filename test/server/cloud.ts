/** Gives the session cases a server that somebody has a key for: Skyvern Cloud, or that of `SKYVERN_BASE_URL`. */
import type { TestProject } from 'vitest/node'

export default function setup(project: TestProject): void {
  const { SKYVERN_API_KEY: apiKey, SKYVERN_BASE_URL: baseUrl = 'https://api.skyvern.com' } =
    process.env
  if (!apiKey) {
    console.error(
      'test:cloud opens sessions with a real key, and there is none: set SKYVERN_API_KEY. https://app.skyvern.com/settings shows yours.',
    )
    process.exit(1)
  }
  const refusedKeys = { unknown: '', revoked: '', expired: '' }
  project.provide('server', { version: baseUrl, baseUrl, apiKey, refusedKeys })
}
