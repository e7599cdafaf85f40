/** The DevTools protocol over two pipes: JSON messages, each followed by NUL. Without a port, nobody else can connect. */
import type { Readable, Writable } from 'node:stream'

export type Params = Record<string, unknown>

/** A command has an id and a method, its answer the id, an event only a method. */
export interface Message {
  id?: number | undefined
  method?: string | undefined
  params?: Params | undefined
  /** The session of the message; absent for the connection itself. */
  sessionId?: string | undefined
  result?: Params | undefined
  error?: { code: number; message: string } | undefined
}

export interface Pipe {
  /** False if the browser is behind; `ready` is emitted when it has caught up. */
  send(message: Message): boolean
  close(): void
}

export interface PipeListener {
  message(message: Message): void
  ready(): void
  close(): void
}

export function openPipe(toBrowser: Writable, fromBrowser: Readable, listener: PipeListener): Pipe {
  let partial: Buffer[] = []
  fromBrowser.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      partial.push(chunk.subarray(start, end))
      listener.message(JSON.parse(Buffer.concat(partial).toString('utf8')) as Message)
      partial = []
      start = end + 1
    }
    if (start < chunk.length) partial.push(chunk.subarray(start))
  })
  toBrowser.on('drain', () => listener.ready())
  fromBrowser.on('close', () => listener.close())
  // If the browser dies during a write, its exit is handled elsewhere.
  toBrowser.on('error', () => {})
  fromBrowser.on('error', () => {})
  return {
    send: (message) => toBrowser.write(`${JSON.stringify(message)}\0`),
    close: () => void toBrowser.destroy(),
  }
}
