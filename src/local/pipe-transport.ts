/** The DevTools protocol over two pipes: JSON messages, a NUL after each. No port, so nobody else can connect. */
import type { Readable, Writable } from 'node:stream'
import type { ConnectOverCDPTransport } from 'playwright-core'

export function pipeTransport(toBrowser: Writable, fromBrowser: Readable): ConnectOverCDPTransport {
  let partial: Buffer[] = []
  const transport: ConnectOverCDPTransport = {
    send: (message) => void toBrowser.write(`${JSON.stringify(message)}\0`),
    close: () => void toBrowser.destroy(),
  }
  fromBrowser.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      partial.push(chunk.subarray(start, end))
      transport.onmessage?.(JSON.parse(Buffer.concat(partial).toString('utf8')) as object)
      partial = []
      start = end + 1
    }
    if (start < chunk.length) partial.push(chunk.subarray(start))
  })
  fromBrowser.on('close', () => transport.onclose?.())
  // A browser that dies while it is written to is noticed by its exit.
  toBrowser.on('error', () => {})
  fromBrowser.on('error', () => {})
  return transport
}
