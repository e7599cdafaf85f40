/**
 * Foreign clients against the embedded backend. A case is a program as its users write it: it gets the two variables of
 * the official clients and the address of a session, and what it prints is what is compared.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureBackend, stopBackend } from '../../src/local/door.ts'
import type { LocalBackend } from '../../src/local/door.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** Name and version of a client. */
    client?: string
    /** What differs from the cloud. */
    different?: string
  }
}

export interface Client {
  name: string
  /** Runs a program of the case's language. */
  command: (code: string) => { file: string; args: string[]; cwd: string }
}

const folder = mkdtempSync(join(tmpdir(), 'skyvern-clients-'))
let backend: LocalBackend
let site = ''

/** A page with what clients do on it: a link, a dialog, a download. */
const PAGE = `<!doctype html><title>Client</title><h1>Hello</h1>
<button id="ask" onclick="document.title = prompt('Name?')">Ask</button>
<a id="file" href="/file" download>Report</a> <input type="file">`

const server = createServer((request, response) => {
  if (request.url === '/file') {
    response.setHeader('content-disposition', 'attachment; filename="report.txt"')
    return void response.end('all of it')
  }
  response.setHeader('content-type', 'text/html')
  response.setHeader('set-cookie', 'seen=yes; Path=/')
  response.end(PAGE + `<p id="sent">${request.headers.cookie ?? 'none'}</p>`)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  backend = await ensureBackend(join(folder, 'local'), { env: process.env })
})
afterAll(async () => {
  await stopBackend(join(folder, 'local'))
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(backend.baseUrl + path, {
    method,
    headers: { 'x-api-key': backend.apiKey, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Record<string, unknown>
}

/**
 * One thing that a client does, in a session of its own that must still be open when it has ended.
 * @param different what is not as in the cloud, for the page of results
 */
export function does(
  what: string,
  client: () => Client,
  code: string,
  prints: string[],
  different?: string,
): void {
  test(what, async ({ task }) => {
    const { name, command } = client()
    task.meta.client = name
    if (different !== undefined) task.meta.different = different
    const session = await call('POST', '/v1/browser_sessions', { url: site })
    const path = `/v1/browser_sessions/${String(session['browser_session_id'])}`
    const { file, args, cwd } = command(code)
    const said = await run(file, args, cwd, {
      SKYVERN_BASE_URL: backend.baseUrl,
      SKYVERN_API_KEY: backend.apiKey,
      SESSION: String(session['browser_session_id']),
      ADDRESS: String(session['browser_address']),
      DEMO: backend.demoUrl,
      SITE: site,
    })
    expect(said.stdout.trim().split('\n'), said.stderr).toEqual(prints)
    expect((await call('GET', path))['status']).toBe('running')
    await call('POST', `${path}/close`)
    // A client that opened sessions of its own has closed them.
    expect(await call('GET', '/v1/browser_sessions')).toEqual([])
  })
}

function run(
  file: string,
  args: string[],
  cwd: string,
  env: Record<string, string>,
): Promise<{ stdout: string; stderr: string }> {
  const own = {
    PATH: process.env['PATH'],
    HOME: folder,
    SKYVERN_TELEMETRY: 'false',
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    // Whatever would leave this machine fails at once.
    HTTP_PROXY: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
  }
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env: { ...own, ...env }, timeout: 280_000 }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    )
  })
}
