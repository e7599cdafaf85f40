/** The version of this package, because a backend of an earlier release may still be running. */
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { packageFile } from '../system/package.ts'
import type { LocalBackend } from './running.ts'

export function ownVersion(): string {
  const text = readFileSync(packageFile('package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Whether the backend is idle, and may be replaced. If that is unknown, it counts as busy. */
export async function isIdle(backend: LocalBackend): Promise<boolean> {
  const going = 'status=created&status=queued&status=running'
  const lists = ['/v1/browser_sessions', `/v1/runs?page_size=1&${going}`]
  const found = await Promise.all(lists.map((path) => listOf(backend, path)))
  return found.every((rows) => rows?.length === 0)
}

function listOf({ baseUrl, apiKey }: LocalBackend, path: string): Promise<unknown[] | undefined> {
  return new Promise((resolve) => {
    const options = { headers: { 'x-api-key': apiKey }, agent: false, timeout: 3_000 }
    const request = get(`${baseUrl}${path}`, options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(rowsIn(text)))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(undefined))
  })
}

function rowsIn(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
