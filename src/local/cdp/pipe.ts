/** The DevTools protocol over two pipes: JSON messages, a NUL after each. No port, so nobody else can connect. */
import type { Readable, Writable } from 'node:stream'

export type Params = Record<string, unknown>

/** A command has an id and a method, its answer the id, an event only a method. */
export interface Message {
  id?: number | undefined
  method?: string | undefined
  params?: Params | undefined
  /** The session that it belongs to; absent for the connection's own. */
  sessionId?: string | undefined
  result?: Params | undefined
  error?: { code: number; message: string } | undefined
}

export interface Pipe {
  /** False when the browser cannot keep up: `ready` says when it can again. */
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
  // A browser that dies while it is written to is noticed by its exit.
  toBrowser.on('error', () => {})
  fromBrowser.on('error', () => {})
  return {
    send: (message) => toBrowser.write(`${JSON.stringify(message)}\0`),
    close: () => void toBrowser.destroy(),
  }
}
