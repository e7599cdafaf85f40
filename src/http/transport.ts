/**
 * The HTTP transport: node:http(s) with the interface of `fetch`, for ofetch. Redirects are never followed, because they
 * would send the API key to another origin. A time limit covers everything from the connection to the last byte, and the
 * size of the body is limited. Node's own fetch would take three times the CPU time of the whole command.
 */
import type {
  Agent,
  ClientRequest,
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestOptions,
} from 'node:http'

/** Bytes. Larger JSON bodies are refused; ten thousand sessions are about 5 MB. */
const BODY_LIMIT = 32 * 1024 * 1024

type TransportFailure = 'network' | 'timeout' | 'aborted' | 'too_large' | 'encoding' | 'switched'

export class TransportError extends Error {
  override readonly name = 'TransportError'
  constructor(
    readonly kind: TransportFailure,
    /** Whether the request may have reached the server: false only if no connection was made. */
    readonly sent: boolean,
    /** Node's own code, such as ECONNREFUSED or CERT_HAS_EXPIRED. */
    readonly code?: string,
  ) {
    super(code ?? kind)
  }
}

/** The part of `Headers` that ofetch uses. The global class would load undici. */
export class HeaderBag extends Map<string, string> {
  constructor(init: Iterable<readonly [string, string]> | Record<string, string> = {}) {
    super()
    const entries = Symbol.iterator in init ? init : Object.entries(init)
    for (const [name, value] of entries) this.set(name, value)
  }
  override get(name: string): string | undefined {
    return super.get(name.toLowerCase())
  }
  override set(name: string, value: string): this {
    return super.set(name.toLowerCase(), value)
  }
  override has(name: string): boolean {
    return super.has(name.toLowerCase())
  }
}

/** A body that is written while it is read. */
export interface StreamedBody {
  /** Bytes. */
  size: number
  pieces(): AsyncIterable<Uint8Array>
}

export interface TransportInit {
  method?: string
  headers: HeaderBag
  body?: string | Uint8Array
  /** In place of `body`. */
  streamed?: StreamedBody
  signal?: AbortSignal
  /** Milliseconds from the call to the last byte. For a stream: until the headers, then between two pieces of it. */
  timeoutMs?: number
  /** `stream`: the body is read by the caller. */
  responseType?: string
  /** Whether it may reuse the connection of another request. */
  shared?: boolean
  /** Streams the bodies of errors too. */
  anyStatus?: boolean
}

export interface Reply {
  status: number
  headers: HeaderBag
  /** The message if it is a stream; otherwise `true`, because the body is read with `text()`. */
  body: IncomingMessage | true
  text(): Promise<string>
}

/** The agent for a URL, such as that of a company proxy; `false` for a new connection. */
export type AgentFor = (url: URL) => Agent | false

/** Makes a transport. Without `agentFor`, reads share connections. */
export function createTransport(agentFor?: AgentFor) {
  return (address: string, init: TransportInit): Promise<Reply> => {
    const url = new URL(address)
    return exchange(url, init, agentFor ? { agent: agentFor(url) } : {})
  }
}

function exchange(url: URL, init: TransportInit, options: RequestOptions): Promise<Reply> {
  const secure = url.protocol === 'https:'
  // Not `import`: on Node 22 and later the ES module facade of node:http reads every export and loads undici.
  const { request } = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
  const method = init.method ?? 'GET'
  // A write never reuses an idle connection, because the server may be closing it.
  if (!init.shared) options.agent ??= false

  return new Promise((resolve, reject) => {
    if (init.signal?.aborted) return reject(new TransportError('aborted', false))
    let connected = false
    let tunnelled = !options.agent
    const headers = Object.fromEntries(init.headers) as OutgoingHttpHeaders
    if (init.body !== undefined) headers['content-length'] = Buffer.byteLength(init.body)
    if (init.streamed) headers['content-length'] = init.streamed.size
    const outgoing = request(url, { ...options, method, headers })

    const settle = (): void => {
      clearTimeout(timer)
      init.signal?.removeEventListener('abort', onAbort)
    }
    const fail = (kind: TransportFailure, code?: string): void => {
      settle()
      reject(new TransportError(kind, connected, code))
      outgoing.destroy()
    }
    const onAbort = (): void => fail('aborted')
    const limit = init.timeoutMs ?? 60_000
    const timer = setTimeout(() => fail('timeout'), limit)
    init.signal?.addEventListener('abort', onAbort)

    outgoing.on('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      tunnelled = true
      if (statusCode !== 200) fail('network', statusCode === 407 ? 'PROXY_AUTH' : 'PROXY_REFUSED')
    })
    outgoing.on('socket', (socket) => {
      // A tunnel is handed over when it stands.
      if (outgoing.reusedSocket || (!secure && !socket.connecting)) connected = true
      else socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true))
    })
    outgoing.on('error', ({ code }: NodeJS.ErrnoException) =>
      fail('network', tunnelled ? code : 'PROXY_UNREACHABLE'),
    )
    // To another protocol, which was not asked for: without a listener, node would wait on.
    outgoing.on('upgrade', (_message, socket) => {
      fail('switched')
      socket.destroy()
    })
    outgoing.on('response', (message) => {
      if (isStreamed(init, message)) {
        settle()
        watch(message, limit, init.signal)
        return resolve(reply(message, message, ''))
      }
      collect(message, fail, (text) => {
        settle()
        resolve(reply(message, true, text))
      })
    })
    if (!init.streamed) return void outgoing.end(init.body)
    writePieces(outgoing, init.streamed, () => timer.refresh()).catch((error: unknown) => {
      settle()
      reject(error)
      outgoing.destroy()
    })
  })
}

/** Writes the pieces as fast as they can be sent, and calls `onProgress` after each. Stops if an answer comes early. */
async function writePieces(
  outgoing: ClientRequest,
  body: StreamedBody,
  onProgress: () => void,
): Promise<void> {
  let over = false
  const gone = new Promise<void>((resolve) => {
    outgoing.once('close', resolve)
    outgoing.once('response', resolve)
  }).then(() => (over = true))
  for await (const piece of body.pieces()) {
    if (over) return
    if (!outgoing.write(piece)) {
      await Promise.race([new Promise((resolve) => outgoing.once('drain', resolve)), gone])
    }
    onProgress()
  }
  if (!over) outgoing.end()
}

const isStreamed = (init: TransportInit, { statusCode = 0 }: IncomingMessage): boolean =>
  init.responseType === 'stream' && (init.anyStatus || (statusCode >= 200 && statusCode < 300))

/** Ends a stream if no data arrives in time, or if the caller aborts. */
function watch(message: IncomingMessage, limit: number, signal?: AbortSignal): void {
  const onAbort = (): unknown => message.destroy(new TransportError('aborted', true))
  message.setTimeout(limit, () => message.destroy(new TransportError('timeout', true)))
  signal?.addEventListener('abort', onAbort)
  message.once('close', () => signal?.removeEventListener('abort', onAbort))
}

/** Reads the whole body. It fails if the body is cut off, too large, or encoded, because an encoding is never requested. */
function collect(
  message: IncomingMessage,
  fail: (kind: TransportFailure, code?: string) => void,
  done: (text: string) => void,
): void {
  const encoding = message.headers['content-encoding']
  if (encoding && encoding !== 'identity') return fail('encoding')
  const chunks: Buffer[] = []
  let size = 0
  message.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > BODY_LIMIT) fail('too_large')
    else chunks.push(chunk)
  })
  message.on('error', (error: NodeJS.ErrnoException) => fail('network', error.code))
  message.on('aborted', () => fail('network', 'ECONNRESET'))
  message.on('end', () => done(Buffer.concat(chunks).toString('utf8')))
}

function reply(message: IncomingMessage, body: IncomingMessage | true, text: string): Reply {
  const headers = new HeaderBag()
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return { status: message.statusCode ?? 0, headers, body, text: async () => text }
}
