/** A client of the DevTools protocol that does as it is told: no library stands between a test and the socket. */
import { once } from 'node:events'
import { WebSocket } from 'ws'

type Params = Record<string, unknown>

export interface RawClient {
  socket: WebSocket
  /** Events, in their order. */
  events: { method: string; params: Params; sessionId?: string }[]
  /** Rejects with the message of a refusal. */
  send(method: string, params?: Params, sessionId?: string): Promise<Params>
  /** Attaches to the session's first page and gives its sessionId. */
  page(): Promise<string>
  /** How the other side closed the socket. */
  closed: Promise<{ code: number; reason: string }>
}

export async function attach(
  address: string,
  headers: Record<string, string> = {},
): Promise<RawClient> {
  const socket = new WebSocket(address, { headers })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  const events: RawClient['events'] = []
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(String(data)) as Answer & RawClient['events'][number]
    if (message.id === undefined) events.push(message)
    else waiting.get(message.id)?.(message)
  })
  await once(socket, 'open')
  let last = 0
  const send: RawClient['send'] = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = (last += 1)
      waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result ?? {}) : reject(new Error(error.message)),
      )
      socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  const page = async (): Promise<string> => {
    const { targetInfos } = await send('Target.getTargets')
    const found = (targetInfos as { type: string; targetId: string }[]).find(
      ({ type }) => type === 'page',
    )
    const attached = await send('Target.attachToTarget', {
      targetId: found?.targetId,
      flatten: true,
    })
    return String(attached['sessionId'])
  }
  return { socket, events, send, page, closed }
}

interface Answer {
  id?: number
  result?: Params
  error?: { message: string }
}

/** Status and body with which an attempt to attach is refused; 101 when it is not. */
export function attempt(
  address: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { headers })
    socket.once('open', () => {
      socket.terminate()
      resolve({ status: 101, body: '' })
    })
    socket.once('unexpected-response', (_, response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    socket.once('error', reject)
  })
}
