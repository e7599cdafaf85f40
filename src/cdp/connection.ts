/**
 * A client of the DevTools protocol over one WebSocket. It sends commands and returns their answers; events are ignored.
 * This file loads the WebSocket library, so commands import it only where they use it.
 */
import { WebSocket } from 'ws'
import type { AgentFor } from '../http/transport.ts'

export type Params = Record<string, unknown>

export interface ConnectOptions {
  headers: Record<string, string>
  agentFor?: AgentFor | undefined
  /** Milliseconds for the handshake and for each command. */
  timeoutMs: number
}

/** The connection failed. A failed command is a CommandError. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  constructor(
    message: string,
    /** The HTTP status of the answer that refused the WebSocket. */
    readonly status?: number,
    /** The code with which the other side closed the socket. */
    readonly closeCode?: number,
  ) {
    super(message)
  }
}

/** The browser refused or failed a command. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

interface Answer {
  id?: number
  result?: Params
  error?: { message: string }
}

/** Bytes; a picture of a long page comes as one message. */
const MESSAGE_LIMIT = 256 * 1024 * 1024
/** Characters of a refusal's body that are read. */
const REASON_LIMIT = 2_000

export class Connection {
  private readonly waiting = new Map<number, (answer: Answer | ConnectionError) => void>()
  private lastId = 0
  private ended: ConnectionError | undefined

  private constructor(
    private readonly socket: WebSocket,
    private readonly timeoutMs: number,
  ) {
    socket.on('message', (data: Buffer) => this.receive(data))
    socket.on('error', () => {})
    socket.on('close', (code, reason) => {
      this.ended = new ConnectionError(String(reason) || `it closed with ${code}`, undefined, code)
      for (const settle of this.waiting.values()) settle(this.ended)
      this.waiting.clear()
    })
  }

  /** @throws ConnectionError */
  static open(address: URL, { headers, agentFor, timeoutMs }: ConnectOptions): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const agent = agentFor?.(new URL(address.href.replace(/^ws/, 'http')))
      const socket = new WebSocket(address, {
        headers,
        agent,
        handshakeTimeout: timeoutMs,
        maxPayload: MESSAGE_LIMIT,
        perMessageDeflate: false,
        followRedirects: false,
      })
      socket.once('open', () => resolve(new Connection(socket, timeoutMs)))
      socket.once('error', (error: NodeJS.ErrnoException) =>
        reject(new ConnectionError(error.code ?? error.message)),
      )
      socket.once('unexpected-response', (request, response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => {
          if (body.length < REASON_LIMIT) body += chunk.toString('utf8')
        })
        response.on('close', () => {
          const status = response.statusCode ?? 0
          reject(new ConnectionError(detailOf(body) ?? `HTTP ${status}`, status))
          request.destroy()
        })
      })
    })
  }

  /** @throws CommandError, ConnectionError */
  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    if (this.ended) return Promise.reject(this.ended)
    return new Promise((resolve, reject) => {
      const id = (this.lastId += 1)
      const late = setTimeout(() => {
        this.waiting.delete(id)
        reject(new ConnectionError(`no answer to ${method} within ${this.timeoutMs / 1000} s`))
      }, this.timeoutMs)
      this.waiting.set(id, (answer) => {
        clearTimeout(late)
        if (answer instanceof Error) reject(answer)
        else if (answer.error) reject(new CommandError(answer.error.message))
        else resolve(answer.result ?? {})
      })
      this.socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  }

  /** Returns at once, without waiting for the closing handshake. */
  close(): void {
    this.socket.terminate()
  }

  private receive(data: Buffer): void {
    const answer = JSON.parse(data.toString('utf8')) as Answer
    if (answer.id === undefined) return
    this.waiting.get(answer.id)?.(answer)
    this.waiting.delete(answer.id)
  }
}

/** The reason in a JSON body. An HTML page of a gateway has no useful reason. */
function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown }
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}
