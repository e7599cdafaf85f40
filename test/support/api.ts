/** A real HTTP server on loopback that records what it is asked and answers as the test says. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createCli } from './cli.ts'
import type { Cli } from './cli.ts'

export interface Recorded {
  method: string
  path: string
  query: Record<string, string[]>
  headers: IncomingHttpHeaders
  body: any // eslint-disable-line typescript/no-explicit-any
}

export interface Answer {
  status?: number
  json?: unknown
  text?: string
  bytes?: Uint8Array
  headers?: Record<string, string>
  /** After the body: cut the connection, or say nothing more. */
  after?: 'cut' | 'stall'
}

/** An answer, a cut connection, silence, or a function of the request and how often this route was asked before. */
export type Reply =
  | Answer
  | 'drop'
  | 'hang'
  | ((request: Recorded, before: number) => Reply | Promise<Reply>)

/** `POST /v1/browser_sessions`, with `*` for one segment. */
export type Routes = Record<string, Reply>

export interface Api {
  url: string
  requests: Recorded[]
  routes: Routes
  /** Connections that were opened so far. */
  connections(): number
  /** Requests of one route, such as `POST /v1/run/tasks`. */
  sent(route: string): Recorded[]
}

export const KEY = 'test-key-0123456789abcdef'

/** Starts a server; it ends with the test. What no route answers is the API's own 404. */
export async function startApi(routes: Routes = {}): Promise<Api> {
  const requests: Recorded[] = []
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of message) chunks.push(chunk)
    } catch {
      // Whoever was sending left before the end: that was no request.
      return
    }
    const text = Buffer.concat(chunks).toString()
    const url = new URL(message.url ?? '', 'http://localhost')
    const request: Recorded = {
      method: message.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(
        [...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name)]),
      ),
      headers: message.headers,
      body: text === '' ? undefined : parse(text),
    }
    const route = Object.keys(api.routes).find((name) => matches(name, request))
    const before = route ? requests.filter((earlier) => matches(route, earlier)).length : 0
    requests.push(request)
    await answer(response, route ? api.routes[route] : undefined, request, before)
  })
  let connections = 0
  server.on('connection', () => connections++)
  const api: Api = {
    url: '',
    requests,
    routes,
    connections: () => connections,
    sent: (route) => requests.filter((request) => matches(route, request)),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return api
}

/** A binary that talks to that server with a good key. */
export const cliFor = (api: Api, env: Record<string, string | undefined> = {}): Cli =>
  createCli({ SKYVERN_BASE_URL: api.url, SKYVERN_API_KEY: KEY, ...env })

function matches(route: string, { method, path }: Recorded): boolean {
  const [verb, pattern = ''] = route.split(' ')
  const parts = pattern.split('/')
  const given = path.split('/')
  return (
    verb === method &&
    parts.length === given.length &&
    parts.every((part, index) => part === '*' || part === given[index])
  )
}

async function answer(
  response: ServerResponse,
  reply: Reply | undefined,
  request: Recorded,
  before: number,
): Promise<void> {
  if (typeof reply === 'function') {
    return answer(response, await reply(request, before), request, before)
  }
  if (reply === 'drop') return void response.destroy()
  if (reply === 'hang') return
  const {
    status = 200,
    json,
    text,
    bytes,
    headers,
    after,
  } = reply ?? {
    status: 404,
    json: { detail: 'Not Found' },
  }
  response.writeHead(status, {
    'content-type':
      text !== undefined ? 'text/html' : bytes ? 'application/octet-stream' : 'application/json',
    ...headers,
  })
  const body = bytes ?? text ?? JSON.stringify(json)
  if (after === undefined) return void response.end(body)
  response.write(body, () => after === 'cut' && response.destroy())
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Now, as the API writes it: UTC, and it does not say so. */
export const naiveTime = (offsetSeconds = 0): string =>
  new Date(Date.now() + offsetSeconds * 1000).toISOString().replace('Z', '123')

export const SESSION_ID = 'pbs_987654321012345678'
export const RUN_ID = 'tsk_v2_987654321012345678'

/** A session as the server sends it. */
export const session = (fields: object = {}): object => ({
  browser_session_id: SESSION_ID,
  organization_id: 'o_1',
  status: 'running',
  runnable_type: null,
  runnable_id: null,
  timeout: 60,
  browser_address: null,
  app_url: `https://app.example.com/browser-session/${SESSION_ID}`,
  extensions: null,
  browser_type: null,
  browser_profile_id: null,
  generate_browser_profile: false,
  vnc_streaming_supported: false,
  download_path: null,
  downloaded_files: [],
  recordings: [],
  started_at: naiveTime(-60),
  completed_at: null,
  created_at: naiveTime(-62),
  modified_at: naiveTime(-60),
  deleted_at: null,
  ...fields,
})

export const endedSession = (fields: object = {}): object =>
  session({ status: 'completed', completed_at: naiveTime(), ...fields })

/** A run as the server sends it. */
export const run = (fields: object = {}): object => ({
  run_id: RUN_ID,
  run_type: 'task_v2',
  status: 'completed',
  output: ['INV-1', 'INV-2'],
  failure_reason: null,
  app_url: `https://app.example.com/runs/${RUN_ID}`,
  created_at: naiveTime(-5),
  modified_at: naiveTime(),
  started_at: naiveTime(-4),
  finished_at: naiveTime(),
  ...fields,
})

export const PROFILE_ID = 'bp_987654321012345678'

/** A browser profile as the server sends it. */
export const profile = (fields: object = {}): object => ({
  browser_profile_id: PROFILE_ID,
  organization_id: 'o_1',
  name: 'shop',
  description: null,
  source_browser_type: null,
  proxy_location: null,
  proxy_session_id: null,
  is_managed: false,
  created_at: naiveTime(),
  modified_at: naiveTime(),
  deleted_at: null,
  ...fields,
})

export const CREDENTIAL_ID = 'cred_987654321012345678'

/** A credential as the server sends it: without its secret. */
export const credential = (fields: object = {}): object => ({
  credential_id: CREDENTIAL_ID,
  name: 'shop',
  credential_type: 'password',
  credential: {
    username: 'demo@example.com',
    totp_type: 'none',
    totp_identifier: null,
    has_totp: false,
  },
  vault_type: 'skyvern',
  browser_profile_id: null,
  tested_url: null,
  ...fields,
})

export const AGENT_ID = 'wpid_987654321012345678'

/** A saved agent with a parameter that it needs, and one that it has a value for. */
export const agent = (fields: object = {}): object => ({
  workflow_permanent_id: AGENT_ID,
  title: 'Read invoices',
  version: 1,
  status: 'published',
  description: null,
  workflow_definition: {
    parameters: [
      { parameter_type: 'output', key: 'read_output', description: null },
      {
        parameter_type: 'workflow',
        key: 'who',
        workflow_parameter_type: 'string',
        default_value: null,
        description: 'whose invoices',
      },
      {
        parameter_type: 'workflow',
        key: 'n',
        workflow_parameter_type: 'integer',
        default_value: 3,
        description: null,
      },
    ],
  },
  created_at: naiveTime(-60),
  modified_at: naiveTime(-60),
  ...fields,
})
