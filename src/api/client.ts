/**
 * The one request function. Every endpoint goes through it: it builds the request with ofetch, repeats what is safe
 * to repeat, and turns every other outcome into an `ApiError`.
 */
import { createFetch } from 'ofetch'
import { answerOf, withoutSecrets } from '../http/answer.ts'
import type { Expectation } from '../http/answer.ts'
import { baseUrlOf, isLoopback } from '../http/base-url.ts'
import { ApiError, DryRun, errorOfTransport } from '../http/errors.ts'
import { delayBeforeRetry, sleep } from '../http/retry.ts'
import { createTransport, HeaderBag, TransportError } from '../http/transport.ts'
import type { AgentFor, Reply } from '../http/transport.ts'

export interface ClientOptions {
  /** An API root such as `https://api.skyvern.com`; a path prefix is kept, `/v1` and `/api/v1` are not. */
  baseUrl: string
  apiKey?: string
  /** Sent with every request, to this origin alone. */
  headers?: Record<string, string>
  /** Seconds for each try; without it 30 for reads, 60 for writes, 120 for creating a session. */
  timeoutInSeconds?: number
  /** Tries after the first one, where repeating is safe. Default 2. */
  maxRetries?: number
  /** Lets the key travel over `http:` to a host that is not this machine. */
  insecureHttp?: boolean
  agentFor?: AgentFor
  /** The port is that of one start of the server: once it refuses, nobody waits for it. */
  ephemeral?: boolean
  /** Called once for each try that ended: for a debug log. Never gets the key. */
  onExchange?: (exchange: Exchange) => void
  /** Throws `DryRun` in place of sending a write. */
  dryRun?: boolean
}

/** The seed's request options, for one call. */
export interface RequestOptions {
  timeoutInSeconds?: number
  maxRetries?: number
  headers?: Record<string, string>
  queryParams?: Record<string, string | string[]>
  /** Merged over the body: for fields that are newer than this client. */
  bodyParams?: Record<string, unknown>
  apiKey?: string
  abortSignal?: AbortSignal
  /** Aborted: what is under way is waited for, and not tried again. */
  lastTry?: AbortSignal | undefined
}

export interface Exchange {
  method: string
  path: string
  status?: number
  milliseconds: number
  error?: string
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string | number | boolean | string[] | undefined>
  body?: object | string | Uint8Array
  contentType?: string
  /** `safe`: repeating changes nothing. `unsent`: repeated only when it provably never arrived, or on 429. */
  repeat: 'safe' | 'unsent'
  expect: Expectation
  timeoutInSeconds?: number
}

type RawFetch = (path: string, options: Record<string, unknown>) => Promise<Reply>

export interface Client extends ClientOptions {
  host: string
  /** Milliseconds by which the server's clock is ahead of ours, as of its last answer that had a date. */
  clock: { offset: number; known: boolean }
  fetch: RawFetch
}

/** @throws ApiError `config` for a base URL or key that cannot be used. */
export function createClient(options: ClientOptions): Client {
  const base = baseUrlOf(options.baseUrl)
  if (options.apiKey && base.protocol === 'http:' && !isLoopback(base) && !options.insecureHttp) {
    throw new ApiError(
      'config',
      `${base.origin} is not encrypted: an API key goes over http:// only to this machine`,
    )
  }
  const globals = {
    fetch: createTransport(options.agentFor),
    Headers: HeaderBag,
    AbortController,
    defaults: {
      baseURL: base.href,
      retry: 0,
      ignoreResponseError: true,
      responseType: 'text',
      headers: { accept: 'application/json', 'x-user-agent': 'skyvern-cli', ...options.headers },
    },
  }
  const { raw } = createFetch(globals as unknown as Parameters<typeof createFetch>[0])
  return {
    ...options,
    host: base.host,
    clock: { offset: 0, known: false },
    fetch: raw as unknown as RawFetch,
  }
}

const NOTHING_TO_SHOW = 'A dry run shows writes and sends nothing: this only asks'

/**
 * Sends one call and returns the parsed answer, unchecked beyond `expect`.
 * @throws ApiError for every outcome that is not the expected answer.
 */
export async function request<T>(
  client: Client,
  call: Call,
  options: RequestOptions = {},
): Promise<T> {
  const body = mergeBody(call.body, options.bodyParams)
  const query = { ...call.query, ...options.queryParams }
  if (client.dryRun) {
    if (call.method === 'GET') throw new ApiError('config', NOTHING_TO_SHOW, { sent: false })
    throw new DryRun({ method: call.method, path: call.path, query, ...(body && { body }) })
  }
  const maxRetries = maxRetriesOf(client, options)
  const prepared = { ...call, query, ...(body !== undefined && { body }) }
  for (let attempt = 0; ; attempt++) {
    try {
      return await tryOnce<T>(client, prepared, options)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      error.mayHaveHappened = call.repeat === 'unsent' && error.fate === 'in doubt'
      if (attempt >= maxRetries) throw error
      const repeatable = call.repeat === 'safe' || !error.sent || error.kind === 'rate_limited'
      const delay = delayBeforeRetry(attempt, error.retryAfterSeconds)
      if (!error.transient || !repeatable || delay === undefined) throw error
      await sleep(delay, options.lastTry ?? options.abortSignal)
      if (options.lastTry?.aborted) throw error
    }
  }
}

export const maxRetriesOf = (client: Client, { maxRetries }: RequestOptions): number =>
  maxRetries ?? client.maxRetries ?? 2

/** A read: repeated when it fails in passing. */
export const read = <T>(
  client: Client,
  call: Pick<Call, 'path' | 'query' | 'expect'>,
  options?: RequestOptions,
): Promise<T> => request(client, { method: 'GET', repeat: 'safe', ...call }, options)

function mergeBody(body: Call['body'], params?: Record<string, unknown>): Call['body'] {
  if (!params || typeof body === 'string' || body instanceof Uint8Array) return body
  return { ...body, ...params }
}

async function tryOnce<T>(client: Client, call: Call, options: RequestOptions): Promise<T> {
  const started = Date.now()
  const exchange: Exchange = {
    method: call.method,
    // Without the query: a signed address is a secret.
    path: call.path.replace(/\?.*/s, ''),
    milliseconds: 0,
  }
  try {
    const reply = await send(client, call, options)
    exchange.status = reply.status
    const date = Date.parse(reply.headers.get('date') ?? '')
    if (!Number.isNaN(date)) Object.assign(client.clock, { offset: date - Date.now(), known: true })
    const text = await reply.text()
    const sent = { ...client, ...options, headers: { ...client.headers, ...options.headers } }
    const safe = reply.status >= 300 ? withoutSecrets(text, sent) : text
    return answerOf<T>(call.expect, reply, safe, client.host)
  } catch (error) {
    exchange.error = error instanceof Error ? error.message : String(error)
    throw error
  } finally {
    exchange.milliseconds = Date.now() - started
    client.onExchange?.(exchange)
  }
}

async function send(client: Client, call: Call, options: RequestOptions) {
  const apiKey = options.apiKey ?? client.apiKey
  const { body } = call
  const seconds =
    options.timeoutInSeconds ??
    client.timeoutInSeconds ??
    call.timeoutInSeconds ??
    (call.method === 'GET' ? 30 : 60)
  const headers: Record<string, string> = { ...options.headers }
  if (body !== undefined) headers['content-type'] = call.contentType ?? 'application/json'
  if (apiKey) headers['x-api-key'] = headerSafe(apiKey)
  try {
    return await client.fetch(call.path, {
      method: call.method,
      // Without one the path stays as it is: a signed address must not be written anew.
      ...(Object.keys(call.query ?? {}).length > 0 && { query: call.query }),
      headers,
      // As text: ofetch asks of an object whether it is a FormData, and that loads undici.
      ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
      timeoutMs: seconds * 1000,
      ...(options.abortSignal && { signal: options.abortSignal }),
      ...(isStream(call) && { responseType: 'stream', anyStatus: call.expect === 'reply' }),
    })
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    if (cause instanceof ApiError) throw cause
    if (cause instanceof TransportError)
      throw errorOfTransport(cause, client.host, client.ephemeral)
    if (isHeaderError(cause)) {
      throw new ApiError('config', 'A header or URL has characters that cannot be sent', {
        sent: false,
      })
    }
    throw error
  }
}

const isStream = ({ expect }: Call): boolean => expect === 'stream' || expect === 'reply'
const isRaw = (body: unknown): boolean => typeof body === 'string' || body instanceof Uint8Array
const isHeaderError = (error: unknown): boolean =>
  error instanceof TypeError &&
  'code' in error &&
  /^ERR_(INVALID|UNESCAPED)/.test(String(error.code))

function headerSafe(apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey
  throw new ApiError('config', 'The API key has characters that no key has: was it pasted whole?', {
    sent: false,
  })
}
