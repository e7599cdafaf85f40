/** The WebSocket side of the multiplexer: who may attach, how many clients, and what happens to a slow one. */
import type { IncomingMessage, Server } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Sessions } from '../sessions.ts'
import { HttpError } from '../wire.ts'
import { CDP_PATH } from './address.ts'
import type { Channel, ClientSide, Multiplexer } from './multiplexer.ts'
import type { Message } from './pipe.ts'

/** The most clients of one session. */
const CLIENT_LIMIT = 16
/** The most bytes of a message to the browser: Playwright sends a file for a page in one message. */
const MESSAGE_LIMIT = 64 * 1024 * 1024
/** The most bytes to queue for a client that does not read. */
const BACKLOG_LIMIT = 32 * 1024 * 1024

interface Options {
  /** Returns the path of an admitted request. @throws HttpError otherwise */
  admit: (request: IncomingMessage) => string
  sessions: Sessions
  log: (line: string) => void
  used: () => void
}

export function serveClients(server: Server, { admit, sessions, log, used }: Options): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_LIMIT,
    perMessageDeflate: false,
  })
  server.on('upgrade', (request, stream: Duplex, head) => {
    stream.on('error', () => stream.destroy())
    try {
      used()
      const path = admit(request)
      const id = CDP_PATH.exec(path)?.groups?.['id']
      if (id === undefined) throw new HttpError(404, 'Not Found')
      const multiplexer = sessions.multiplexer(id)
      if (multiplexer.clientCount >= CLIENT_LIMIT) {
        throw new HttpError(
          429,
          `A session takes ${CLIENT_LIMIT} clients at most. Detach one first.`,
        )
      }
      sockets.handleUpgrade(request, stream, head, (socket) => {
        log(`${id} client attached`)
        socket.once('close', (code) => log(`${id} client left (${code})`))
        converse(socket, multiplexer).catch((error: Error) => {
          socket.close(1011, 'The browser did not take another client.')
          log(`${id} attach: ${error.message}`)
        })
      })
    } catch (error) {
      const refusal = error instanceof HttpError ? error : new HttpError(500, 'Unexpected error')
      log(`GET ${request.url?.split('?')[0]?.slice(0, 200)} ${refusal.status} (upgrade)`)
      refuse(stream, refusal)
    }
  })
}

async function converse(socket: WebSocket, multiplexer: Multiplexer): Promise<void> {
  let channel: Channel | undefined
  // Messages are read only after the browser knows this client.
  socket.pause()
  // A message is too long or invalid. The socket closes itself.
  socket.on('error', () => {})
  socket.on('close', () => channel?.leave())
  const close = (code: number, reason: string): void => {
    socket.close(code, reason)
    // The client answers the close, and a paused socket would not read that.
    socket.resume()
  }
  const side: ClientSide = {
    deliver: (message) => {
      if (socket.bufferedAmount > BACKLOG_LIMIT) return socket.terminate()
      socket.send(JSON.stringify(message))
    },
    ready: () => channel && socket.resume(),
    goodbye: () => close(1000, 'Left. The session stays open.'),
    end: ({ code, text }) => close(code, text.slice(0, 120)),
  }
  channel = await multiplexer.attach(side)
  if (socket.readyState !== socket.OPEN) return channel.leave()
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return socket.close(1003, 'Messages are JSON in text frames.')
    const message = parse(data)
    if (message === undefined) return side.deliver(MALFORMED)
    if (channel?.send(message) === false) socket.pause()
  })
  socket.resume()
}

const MALFORMED: Message = {
  error: { code: -32700, message: 'A message is a JSON object with an integer id and a method.' },
}

function parse(data: Buffer): Message | undefined {
  try {
    const message = JSON.parse(data.toString('utf8')) as { [K in keyof Message]: unknown } | null
    const { id, method, params = {}, sessionId = '' } = message ?? {}
    const isCommand = Number.isInteger(id) && typeof method === 'string'
    const isObject = typeof params === 'object' && params !== null && !Array.isArray(params)
    return isCommand && isObject && typeof sessionId === 'string' ? (message as Message) : undefined
  } catch {
    return undefined
  }
}

function refuse(stream: Duplex, { status, body }: HttpError): void {
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'cache-control: no-store',
    'connection: close',
  ]
  stream.end(`${head.join('\r\n')}\r\n\r\n${text}`)
}
