/** Listens on the loopback address, checks each request with the guard, and passes it to its route. */
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { RouteReply } from './call.ts'
import type { Backend, Routes } from './call.ts'
import { serveClients } from './cdp/endpoint.ts'
import { admit, readBody } from './guard.ts'
import { cdpRoutes } from './routes/cdp.ts'
import { credentialRoutes } from './routes/credentials.ts'
import { loginRoutes } from './routes/login.ts'
import { profileRoutes } from './routes/profiles.ts'
import { runRoutes } from './routes/runs.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { systemRoutes } from './routes/system.ts'
import { taskRoutes } from './routes/tasks.ts'
import { uploadRoutes } from './routes/uploads.ts'
import { HttpError, isDiskFull } from './wire.ts'

const ROUTES: Routes = {
  ...sessionRoutes,
  ...cdpRoutes,
  ...taskRoutes,
  ...runRoutes,
  ...profileRoutes,
  ...credentialRoutes,
  ...loginRoutes,
  ...uploadRoutes,
  ...systemRoutes,
}

/** Longest first, so that `history` is not read as a session id. */
const TABLE = Object.entries(ROUTES)
  .map(([route, handle]) => {
    const [method, path = ''] = route.split(' ')
    const pattern = new RegExp(`^${path.replace(':id', '(?<id>[^/]+)')}/?$`)
    return { method, pattern, handle, isExact: !path.includes(':id') }
  })
  .sort((a, b) => Number(b.isExact) - Number(a.isExact))

const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "frame-ancestors 'none'",
}

export interface Listener {
  port: number
  close(): void
}

export async function listen(
  options: { port: number; key: string; log: (line: string) => void; used: () => void },
  backend: Backend,
): Promise<Listener> {
  const portOf = (): number => (server.address() as AddressInfo).port
  const server = createServer((request, response) => {
    const started = Date.now()
    options.used()
    void answer(request, portOf(), options.key, backend)
      .catch((error: unknown) => failure(error, options.log))
      .then((reply) => {
        send(request, response, reply, options.key)
        // Clients poll the status of a run; those requests are not logged.
        if (request.method === 'GET' && reply.status < 400) return
        const path = request.url?.split('?')[0]?.slice(0, 200)
        options.log(`${request.method} ${path} ${reply.status} ${Date.now() - started} ms`)
      })
  })
  const admitClient = (request: IncomingMessage): string =>
    admit(request, portOf(), options.key).path
  serveClients(server, { admit: admitClient, sessions: backend.sessions, ...options })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const close = (): void => {
    server.close()
    server.closeIdleConnections()
  }
  return { port: portOf(), close }
}

async function answer(
  request: IncomingMessage,
  port: number,
  key: string,
  backend: Backend,
): Promise<RouteReply> {
  const { path, query } = admit(request, port, key)
  const candidates = TABLE.filter(({ pattern }) => pattern.test(path))
  const route = candidates.find(({ method }) => method === request.method)
  if (route === undefined) throw unavailable(path, candidates.length > 0)
  const body = isMultipart(request) ? undefined : await readBody(request)
  const id = decode(route.pattern.exec(path)?.groups?.['id'] ?? '')
  const result = await route.handle({ backend, id, query, body, request })
  return result instanceof RouteReply ? result : json(200, result)
}

function unavailable(path: string, isKnown: boolean): HttpError {
  if (isKnown) return new HttpError(405, 'Method Not Allowed')
  if (!path.startsWith('/v1/')) return new HttpError(404, 'Not Found')
  const why = /^\/v1\/(run\/)?(agents|workflows)\b/.test(path)
    ? ': agents need a language model, and it has none'
    : ''
  return new HttpError(501, `${path} is not available on the embedded backend${why}`)
}

const isMultipart = ({ headers }: IncomingMessage): boolean =>
  /^multipart\//i.test(headers['content-type'] ?? '')

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function failure(error: unknown, log: (line: string) => void): RouteReply {
  if (error instanceof HttpError) return json(error.status, error.body)
  if (isDiskFull(error)) return json(507, { detail: 'The disk of the embedded backend is full' })
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  log(stack ?? message)
  return json(500, { error: `Unexpected error: ${name === 'Error' ? message : name}` })
}

function json(status: number, value: unknown): RouteReply {
  return new RouteReply(status, JSON.stringify(value), { 'content-type': 'application/json' })
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: RouteReply,
  key: string,
): void {
  const challenge = request.headers['x-challenge']
  const proof =
    typeof challenge === 'string' && challenge.length <= 64
      ? { 'x-proof': createHmac('sha256', key).update(challenge).digest('hex') }
      : {}
  // The unread body is read now; otherwise it would be parsed as the next request on this connection.
  request.resume()
  const { status, content } = reply
  const isText = typeof content === 'string'
  const length = { 'content-length': String(Buffer.byteLength(isText ? content : '')) }
  const headers = { ...ALWAYS, ...proof, ...(isText && status !== 204 && length), ...reply.headers }
  response.writeHead(status, headers)
  if (isText) response.end(content)
  else pipeline(content, response).catch(() => response.destroy())
}
