/** What commands are compared with: a program for node that does nothing, and one that has the list and no more. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { home } from './meter.ts'
import type { Command } from './meter.ts'

const EMPTY = join(home, 'empty.cjs')
const BARE = join(home, 'bare.cjs')
writeFileSync(EMPTY, '')
writeFileSync(
  BARE,
  `const [url, method = 'GET', body] = process.argv.slice(2)
const headers = { 'x-api-key': 'key', ...(body && { 'content-type': 'application/json' }) }
require(url.startsWith('https') ? 'node:https' : 'node:http')
  .request(url, { method, headers }, (message) => {
    const chunks = []
    message.on('data', (chunk) => chunks.push(chunk))
    message.on('end', () => {
      const value = JSON.parse(Buffer.concat(chunks).toString())
      process.stdout.write(JSON.stringify(value) + '\\n')
    })
  })
  .end(body)
`,
)

export const emptyScript = (node: string): Command => ({ args: [node, EMPTY] })

/** One request to the sessions of this base URL, parsed and printed. */
export const bareScript = (node: string, baseUrl: string, ...request: string[]): Command => ({
  args: [node, BARE, `${baseUrl}/v1/browser_sessions`, ...request],
})
