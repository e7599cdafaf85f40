/** A company proxy: it knows every host name, all of them this machine, and may ask for a password. */
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Proxy {
  /** `host:port`, without the scheme. */
  address: string
  /** Where tunnels were asked to, `host:port`. */
  tunnels: string[]
  /** Requests that came without a tunnel. */
  plain: string[]
  /** Whatever was sent to the proxy itself and through it. */
  bytes: () => string
}

export interface ProxyOptions {
  /** `user:password` that it asks for. */
  credentials?: string
  /** The status of its refusal. */
  refuses?: number
}

export async function startProxy({ credentials, refuses }: ProxyOptions = {}): Promise<Proxy> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  const tunnels: string[] = []
  const plain: string[] = []
  const server = createServer((request, response) => {
    plain.push(request.url ?? '')
    response.writeHead(502).end()
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => {})
  })
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    tunnels.push(request.url ?? '')
    const given = String(request.headers['proxy-authorization'] ?? '').replace('Basic ', '')
    const status = given === btoa(credentials ?? '') ? refuses : 407
    if (status !== undefined) {
      const body = '<html>\x1b[2Jdenied</html>'
      return socket.end(
        `HTTP/1.1 ${status} No\r\nproxy-authenticate: Basic realm="x"\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
    }
    const upstream = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    sockets.add(upstream)
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
    socket.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    tunnels,
    plain,
    bytes: () => Buffer.concat(chunks).toString('latin1'),
  }
}
