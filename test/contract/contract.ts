/**
 * One suite, two targets: the embedded backend, or the real open-source server when `npm run test:server` provides one.
 * Everything goes through the built binary, with a state folder of its own for each worker.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test as base } from 'vitest'
import { ensureBackend } from '../../src/local/door.ts'
import { Cli } from '../support/cli.ts'
import type { MachineError, Result, Running } from '../support/cli.ts'
import { differences } from './differences.ts'
import { startSite } from './site.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Absent when the target is the embedded backend. */
    server?: {
      version: string
      baseUrl: string
      apiKey: string
      refusedKeys: { unknown: string; revoked: string; expired: string }
    }
  }
  interface TaskMeta {
    difference?: string
    transcript?: string
  }
}

export const server = inject('server')
const target = server === undefined ? 'embedded' : 'server'

let mayHaveSessions = false
const folder = await mkdtemp(join(tmpdir(), 'skyvern-contract-'))
const site = await startSite()
const binary = new Cli(
  folder,
  server === undefined
    ? { SKYVERN_LOCAL: '1' }
    : { SKYVERN_BASE_URL: server.baseUrl, SKYVERN_API_KEY: server.apiKey },
)

// eslint-disable-next-line no-empty-pattern -- Vitest reads the names of fixtures from it.
const test = base.extend('target', { scope: 'worker', auto: true }, async ({}, { onCleanup }) => {
  onCleanup(async () => {
    if (server === undefined) await cli('local', 'stop')
    await site.stop()
    await rm(folder, { recursive: true, force: true })
  })
})

/** Browsers that nobody needs any more slow the next case down. */
async function closeSessions(): Promise<void> {
  if (mayHaveSessions) await (server === undefined ? closeAll() : cli('session', 'close', '--mine'))
  mayHaveSessions = false
}

/** Closes what is open on the embedded backend, but for the shared session. Cheaper than a start of the binary. */
async function closeAll(): Promise<void> {
  const { body } = await request('GET', '/v1/browser_sessions')
  const ids = (body as { browser_session_id: string }[]).map(
    (session) => session.browser_session_id,
  )
  const others = ids.filter((id) => id !== shared)
  await Promise.all(others.map((id) => request('POST', `/v1/browser_sessions/${id}/close`)))
}

/**
 * A case of the suite. `expected` turns what is usual into what the table of differences says of this target; what is
 * given to `keep` goes into the documentation.
 */
export function contract(
  name: string,
  body: (expected: <T>(usual: T) => T, keep: (transcript: string) => void) => Promise<void>,
): void {
  const difference = differences.find((row) => row.case === name && row.target === target)
  if (difference !== undefined && !('instead' in difference)) return
  const timeout = server === undefined ? 60_000 : 300_000
  test(name, { timeout }, async ({ task }) => {
    onTestFinished(closeSessions)
    if (difference !== undefined) task.meta.difference = difference.reason
    const expected = <T>(usual: T) => (difference === undefined ? usual : (difference.instead as T))
    await body(expected, (transcript) => void (task.meta.transcript = transcript))
  })
}

/** Runs the binary against the target. */
export function cli(...args: string[]): Promise<Result> {
  mayHaveSessions ||= args[0] === 'session' && ['create', 'ensure', 'exec'].includes(args[1] ?? '')
  return binary.run(args)
}

/** Starts the binary against the target, in a folder of its own. */
export const start = (args: string[], cwd: string): Running => binary.start(args, { cwd })

/** The same at the target's address, but with a key given on the command line. */
export async function cliWithKey(key: string, ...args: string[]): Promise<Result> {
  const { base_url: baseUrl } = await json<{ base_url: string }>('auth', 'status')
  const host = ['--base-url', baseUrl, '--api-key', key]
  return binary.run([...args, ...host], { env: { SKYVERN_LOCAL: undefined } })
}

/** The API itself, with the key and without the tool. A body that is not JSON is the text. */
export async function request(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const { baseUrl, apiKey } = server ?? (await ensureBackend(join(folder, 'local'), process))
  const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' }
  const content = body === undefined ? null : JSON.stringify(body)
  const response = await fetch(baseUrl + path, { method, headers, body: content })
  const text = await response.text()
  const isJson = text !== '' && response.headers.get('content-type')?.includes('json')
  return { status: response.status, body: isJson ? JSON.parse(text) : text }
}

/** Runs a command that must succeed and reads its `--json`. */
export async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const result = await cli(...args, '--json')
  expect(result, result.stderr).toMatchObject({ code: 0 })
  return result.json as T
}

/** The machine error of a command that must fail, with its exit status. */
export async function failure(...args: string[]): Promise<MachineError & { exit: number | null }> {
  const result = await cli(...args, '--json')
  expect(result.stdout).toBe('')
  return { ...result.error, exit: result.code }
}

/** A session whose browser is up; closed when its case ends. */
export async function readySession(...options: string[]): Promise<string> {
  const session = await json<{ browser_session_id: string }>(
    'session',
    'create',
    '--wait',
    ...options,
  )
  return session.browser_session_id
}

let shared: string | undefined

/**
 * A session for a case that leaves it open and idle. The cases of a worker share it on the embedded backend, which frees a
 * session as soon as its run has ended.
 */
export async function sharedSession(): Promise<string> {
  if (server !== undefined) return readySession()
  if (shared !== undefined && (await isOpen(shared))) return shared
  return (shared = await readySession())
}

let ended: string | undefined

/** A session that is closed. The cases of a worker share it on the embedded backend. */
export async function endedSession(): Promise<string> {
  if (server === undefined && ended !== undefined) return ended
  ended = await readySession()
  await cli('session', 'close', ended)
  return ended
}

/** A case may have closed every session. */
async function isOpen(id: string): Promise<boolean> {
  const { body } = await request('GET', `/v1/browser_sessions/${id}`)
  return (body as { completed_at: string | null }).completed_at === null
}

/** A folder for what a case downloads; gone with the state of its file. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(folder, 'downloads-'))
}

export function page(path: string): string {
  return `${site.url}${path}`
}
