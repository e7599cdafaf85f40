/**
 * The fault bench: one server that answers well, but for the one request of a command that meets a fault, and a run of
 * the built binary against it. Each run has a path prefix of its own on the server, so that runs can go side by side.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, createServer as createSocketServer } from 'node:net'
import type { AddressInfo, Server as SocketServer, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KEY, naiveTime, profile, run, RUN_ID, session, SESSION_ID } from '../support/api.ts'
import { Cli } from '../support/cli.ts'
import type { Result } from '../support/cli.ts'
import { makeCertificates } from '../support/certificates.ts'
import type { Certificate } from '../support/certificates.ts'
import type { Fault, Way } from './faults.ts'
import type { Kind } from './kinds.ts'

/** A token in an address of the good answers. */
export const CDP_TOKEN = 'cdp-token-0123456789'

export interface Outcome {
  result: Result
  /** Writes of the command's kind that the server took up: it refuses those that it answers with 429. */
  taken: number
}

/** A host that only a proxy could find. */
const PROXIED = 'https://api.example.test'

interface Cell {
  kind: Kind
  fault: Fault
  /** Requests so far, by method and path. */
  asked: Map<string, number>
}

export class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), 'skyvern-faults-'))
  private readonly cells = new Map<string, Cell>()
  private readonly servers: (Server | SocketServer)[] = []
  private readonly sockets: Socket[] = []
  private readonly children: ChildProcess[] = []
  private addresses: Record<Way | 'good', string> | undefined

  async start(): Promise<this> {
    const certificates = makeCertificates(this.folder)
    const secure = (certificate: Certificate): Promise<string> =>
      this.listen(createSecureServer(certificate, this.handler)).then(
        (port) => `https://localhost:${port}`,
      )
    const deaf = await this.listen(createSocketServer())
    const closed = await this.listen(createSocketServer())
    this.servers.pop()?.close()
    this.addresses = {
      good: `http://127.0.0.1:${await this.listen(createServer(this.handler))}`,
      refused: `http://127.0.0.1:${closed}`,
      'unknown host': 'https://no-such-host.invalid',
      'no connect': `http://127.0.0.1:${await this.startFullBacklog()}`,
      'no TLS': `https://localhost:${deaf}`,
      expired: await secure(certificates.expired),
      'self-signed': await secure(certificates.selfSigned),
      'wrong host': await secure(certificates.wrongHost),
      'proxy 407': PROXIED,
      'proxy 502': PROXIED,
      'no proxy': PROXIED,
    }
    this.authority = certificates.authority
    this.proxies = {
      'proxy 407': await this.startProxy(407),
      'proxy 502': await this.startProxy(502),
      'no proxy': `http://127.0.0.1:${closed}`,
    }
    return this
  }
  private authority = ''
  private proxies: Partial<Record<Way, string>> = {}

  stop(): void {
    for (const child of this.children) child.kill('SIGKILL')
    for (const socket of this.sockets) socket.destroy()
    for (const server of this.servers) {
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close()
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Runs a command of that kind with that fault in its way. */
  async run(name: string, kind: Kind, fault: Fault, flags: string[]): Promise<Outcome> {
    if (!this.addresses) throw new Error('not started')
    const id = name.replace(/[^a-z0-9]+/gi, '-')
    const cell: Cell = { kind, fault, asked: new Map() }
    this.cells.set(id, cell)
    const folder = mkdtempSync(join(this.folder, 'home-'))
    const cli = new Cli(folder, {
      SKYVERN_BASE_URL: `${this.addresses[fault.way ?? 'good']}/${id}`,
      SKYVERN_API_KEY: KEY,
      HTTPS_PROXY: fault.way && this.proxies[fault.way],
      NODE_EXTRA_CA_CERTS: fault.way === 'self-signed' ? undefined : this.authority,
    })
    const limits = ['--request-timeout', fault.hangs ? '1' : '20', '--max-retries', '1']
    const [noun = '', verb = '', ...rest] = kind.args
    const result = await cli.run([noun, verb, ...limits, ...flags, ...rest])
    const refused = fault.bearing === 'limited'
    return { result, taken: refused ? 0 : (cell.asked.get(kind.meets) ?? 0) }
  }

  private readonly handler: RequestListener = (request, response) => {
    const [, id = '', ...rest] = new URL(request.url ?? '', 'http://localhost').pathname.split('/')
    const cell = this.cells.get(id)
    request.resume()
    request.on('end', () => {
      if (cell) answer(cell, `${request.method} /${rest.join('/')}`, request, response)
      else response.writeHead(500).end()
    })
  }

  private async listen(server: Server | SocketServer, backlog?: number): Promise<number> {
    this.servers.push(server)
    server.on('connection', (socket: Socket) => socket.on('error', () => {}))
    await new Promise<void>((resolve) =>
      server.listen({ port: 0, host: '127.0.0.1', backlog }, resolve),
    )
    return (server.address() as AddressInfo).port
  }

  /** A proxy that opens no tunnel. */
  private async startProxy(status: number): Promise<string> {
    const server = createServer()
    server.on('connect', (_, socket: Socket) =>
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`),
    )
    return `http://127.0.0.1:${await this.listen(server)}`
  }

  /** A port whose queue of connections is full: another one is never completed. */
  private async startFullBacklog(): Promise<number> {
    const program = `const server = require('node:net').createServer()
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        require('node:fs').writeSync(1, String(server.address().port))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      })`
    const child = spawn(process.execPath, ['-e', program])
    this.children.push(child)
    const port = Number(await new Promise((resolve) => child.stdout.once('data', resolve)))
    for (let index = 0; index < 4; index++) {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      this.sockets.push(socket)
      if (index < 2) await new Promise((resolve) => socket.once('connect', resolve))
    }
    return port
  }
}

function answer(
  { kind, fault, asked }: Cell,
  route: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const before = asked.get(route) ?? 0
  asked.set(route, before + 1)
  if (route === kind.meets && fault.answer && kind.isHit(before, fault)) {
    return fault.answer(response, request)
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(goodAnswer(route, before)))
}

function goodAnswer(route: string, before: number): unknown {
  const address = `wss://cdp.example.test/${SESSION_ID}/${CDP_TOKEN}/devtools/browser/1`
  const open = session({ created_at: naiveTime(), browser_address: address })
  if (route === 'GET /v1/browser_sessions') return [open]
  if (route === 'GET /v1/runs') return [run({ status: 'queued', created_at: naiveTime() })]
  if (route === `GET /v1/runs/${RUN_ID}`) return run(before < 2 ? { status: 'running' } : {})
  if (route === 'GET /v1/browser_profiles') return [profile()]
  if (route === 'POST /v1/run/tasks') return run({ status: 'queued' })
  return open
}
