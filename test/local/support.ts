/** An embedded backend of the test's own, and a site that remembers its visitor in cookies. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, onTestFinished, test } from 'vitest'
import { ensureBackend, findBackend, stopBackend } from '../../src/local/door.ts'
import type { LocalBackend } from '../../src/local/door.ts'
import { Cli } from '../support/cli.ts'

export interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
  text: string
}

export interface Caller {
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-local-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** A client that sends the key, unless a header is overridden; '' takes one away. */
export function callerOf({ baseUrl, apiKey }: { baseUrl: string; apiKey: string }): Caller {
  return async (method, path, body, extra = {}) => {
    const headers = new Headers({ 'x-api-key': apiKey, ...extra })
    if (body !== undefined && !headers.has('content-type')) {
      headers.set('content-type', 'application/json')
    }
    for (const [name, value] of Object.entries(extra)) if (value === '') headers.delete(name)
    const payload = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(baseUrl + path, { method, headers, body: payload ?? null })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      text,
    }
  }
}

export interface Local {
  folder: string
  backend: LocalBackend
  call: Caller
  /** Creates a session and gives its id. */
  session(options?: object): Promise<string>
  /** Submits a task and waits for its end. */
  run(request: object): Promise<Answer['body']>
}

export interface Shared extends Local {
  /** A session of this file, for tests that leave it open and idle. */
  idleSession(): Promise<string>
}

export async function startLocal(folder = temporaryFolder()): Promise<Local> {
  onTestFinished(async () => void (await stopBackend(folder)))
  const backend = await ensureBackend(folder, { env: process.env })
  return { folder, backend, ...clientOf(callerOf(backend)) }
}

/** The home of this worker, for all of its files, with the backend in it. Both are gone when the worker ends. */
// eslint-disable-next-line no-empty-pattern -- Vitest reads the names of fixtures from it.
const worker = test.extend('home', { scope: 'worker' }, async ({}, { onCleanup }) => {
  const home = mkdtempSync(join(tmpdir(), 'skyvern-local-'))
  onCleanup(async () => {
    // By the binary: when a worker ends, it loads no more modules.
    await new Cli(home, {}).run(['local', 'stop'])
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  })
  return home
})

const stateIn = (home: string): string => join(home, 'local')

/** The next file finds no open session. */
async function closeSessions(folder: string): Promise<void> {
  const backend = await findBackend(folder)
  if (backend === undefined) return
  const call = callerOf(backend)
  const open = JSON.parse((await call('GET', '/v1/browser_sessions')).text)
  const ids = (open as { browser_session_id: string }[]).map((one) => one.browser_session_id)
  await Promise.all(ids.map((id) => close(call, id)))
}

/**
 * The backend that the files of a worker share: what is in its lists is there from others, too. A session opened through
 * it is closed with its test, every other one with its file.
 */
export function shareLocal(): () => Shared {
  let shared: Shared | undefined
  worker.beforeAll(async ({ home }) => {
    const folder = stateIn(home)
    const backend = await ensureBackend(folder, { env: process.env })
    const client = clientOf(callerOf(backend))
    let idle: Promise<string> | undefined
    const idleSession = (): Promise<string> => (idle ??= open(client.call))
    shared = { folder, backend, ...client, idleSession }
  })
  afterAll(async () => {
    if (shared !== undefined) await closeSessions(shared.folder)
  })
  return () => {
    if (shared === undefined) throw new Error('The backend did not start.')
    return shared
  }
}

/** The binary in the home that the files of a worker share, in any environment. */
export function shareHome(): (env?: Record<string, string>) => Cli {
  let folder = ''
  worker.beforeAll(({ home }) => void (folder = home))
  afterAll(() => closeSessions(stateIn(folder)))
  return (env = {}) => new Cli(folder, env)
}

export function clientOf(call: Caller): Pick<Local, 'call' | 'session' | 'run'> {
  return {
    call,
    session: async (options = {}) => {
      const id = await open(call, options)
      onTestFinished(() => close(call, id))
      return id
    },
    run: async (request) => {
      const submitted = await call('POST', '/v1/run/tasks', { engine: 'skyvern-2.0', ...request })
      return finalRun(call, String(submitted.body['run_id']))
    },
  }
}

async function open(call: Caller, options: object = {}): Promise<string> {
  const { body } = await call('POST', '/v1/browser_sessions', options)
  return String(body['browser_session_id'])
}

/** The backend itself may have ended first. */
async function close(call: Caller, id: string): Promise<void> {
  await call('POST', `/v1/browser_sessions/${id}/close`).catch(() => undefined)
}

export async function finalRun(call: Caller, id: string): Promise<Answer['body']> {
  return eventually(async () => {
    const { body } = await call('GET', `/v1/runs/${id}`)
    return body['finished_at'] === null ? undefined : body
  })
}

/** Asks until there is an answer; the test's own time limit ends it otherwise. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(20)
  }
}

/** Waits until these processes have exited. The helpers of a browser, killed with it, may outlive it by a moment. */
export const gone = (pids: () => number[]): Promise<true> =>
  eventually(() => (pids().length === 0 ? true : undefined))

/** Processes, zombies left out, that work in this folder or name it on their command line. */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return commandLine.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
      } catch {
        return false
      }
    })
    .map(Number)
}

/** Chromium's processes, helpers included, below this state folder, or those of one session in it. */
export function browsersOf(folder: string, session = ''): number[] {
  return processesOf(join(folder, 'browsers', session))
}

/** A site at a port of its own. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** `/enter` gives a session cookie and one that lasts; every page says which of them it was sent. */
export function memorySite(): Promise<string> {
  return serve((request, response) => {
    const headers: Record<string, string | string[]> = { 'content-type': 'text/html' }
    if (request.url === '/enter') {
      headers['set-cookie'] = ['brief=yes; Path=/', 'lasting=yes; Path=/; Max-Age=86400']
    }
    const cookie = request.headers.cookie ?? 'none'
    response.writeHead(200, headers).end(`<title>Memory</title>
      <dl><dt>Cookies</dt><dd>${cookie.split('; ').sort().join(' ')}</dd>
      <dt>Stored</dt><dd id="stored"></dd></dl>
      <script>
        if (location.pathname === '/enter') localStorage.setItem('stored', 'yes')
        document.getElementById('stored').textContent = localStorage.getItem('stored') ?? 'nothing'
      </script>`)
  })
}
