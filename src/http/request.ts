/** One request: sent, tried again where that is safe, and turned into a value or an `ApiError`. */
import { answerOf, withoutSecrets } from './answer.ts'
import type { Expectation } from './answer.ts'
import { ApiError, DryRun } from './errors.ts'
import { Multipart } from './multipart.ts'
import { hasUnusualNumbers, loadExactParser, withPlainFields } from './numbers.ts'
import { withRetries } from './retry.ts'
import type { Patience } from './retry.ts'
import type { Silence } from './silence.ts'
import type { AgentFor, Reply } from './transport.ts'

export interface ClientOptions {
  /** An API root such as `https://api.skyvern.com`. A path prefix is kept, except `/v1` and `/api/v1`. */
  baseUrl: string
  apiKey?: string
  /** Sent with every request, only to this origin. */
  headers?: Record<string, string>
  /** Seconds for each try. Default: 30 for reads, 60 for writes, 120 for creating a session. */
  timeoutInSeconds?: number
  /** Retries, where repeating is safe. Default: 2. */
  maxRetries?: number
  /** Allows the key to go over `http:` to another machine. */
  insecureHttp?: boolean
  agentFor?: AgentFor
  /** The port belongs to one start of the server: once it refuses, it never opens again. */
  ephemeral?: boolean
  /** Called after each try, for a debug log. Never receives the key. */
  onExchange?: (exchange: Exchange) => void
  /** Keeps the numbers of an object digit for digit: those that JavaScript would change become a `LosslessNumber`. */
  exactNumbers?: boolean
  /** Called when the server has not answered for a while, and when it answers again. */
  onSilence?: (text: string) => void
  /** For a dry run: writes are added here, and nothing is sent. */
  dryRun?: PlannedRequest[]
}

/** What a request needs besides the call itself. */
export interface Client extends ClientOptions {
  host: string
  /** Milliseconds by which the server's clock is ahead of this machine's, by the last answer that had a date. */
  clock: { offset: number; known: boolean }
  silence?: Silence
  /** ofetch's `raw`, with the base URL, the headers and the key of this client. */
  fetch: (path: string, options: Record<string, unknown>) => Promise<Reply>
}

/** Options of a single call. */
export interface RequestOptions {
  timeoutInSeconds?: number
  maxRetries?: number
  headers?: Record<string, string>
  queryParams?: Record<string, string | string[]>
  /** Merged into the body, and overriding it: for fields that are newer than this client. */
  bodyParams?: Record<string, unknown>
  apiKey?: string
  abortSignal?: AbortSignal
  /** Once aborted, the current try may finish, but it is not retried. */
  lastTry?: AbortSignal
  /** How long to retry while the server limits requests. */
  patience?: Patience
  /** One of many requests in a row: a write that may be repeated reuses a connection. */
  inARow?: boolean
}

export interface Exchange {
  method: string
  path: string
  status?: number
  milliseconds: number
  error?: string
}

/** What a dry run shows of a request. */
export type PlannedRequest = Pick<Call, 'method' | 'path' | 'query' | 'body'>

export interface Call<Result = unknown> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string | number | boolean | string[] | undefined>
  /** An object is sent as JSON, a `Multipart` while it is read. */
  body?: object | string | Uint8Array
  contentType?: string
  /** Secret texts in the body: they are masked in errors, even if the server repeats them. */
  secrets?: string[]
  /** The first release that is known to have the endpoint, for the error of an older server. */
  since?: string
  /** `safe`: repeating changes nothing. `unsent`: repeated only when it provably never arrived, or on 429. */
  repeat: 'safe' | 'unsent'
  expect: Expectation<Result>
  timeoutInSeconds?: number
}

/**
 * Sends one call and returns the parsed answer, which is checked only against `expect`.
 * @throws ApiError for every outcome that is not the expected answer · DryRun for a write of a dry run
 */
export function request<Result>(
  client: Client,
  call: Call<Result>,
  options: RequestOptions = {},
): Promise<Result> {
  const prepared = {
    ...call,
    query: { ...call.query, ...options.queryParams },
    body: mergeBody(call.body, options.bodyParams),
  }
  if (client.dryRun) return plan(client.dryRun, prepared)
  return withRetries(() => tryOnce(client, prepared, options), {
    most: maxRetriesOf(client, options),
    mayRepeat: ({ sent, kind }) => call.repeat === 'safe' || !sent || kind === 'rate_limited',
    wake: options.lastTry ?? options.abortSignal,
    lastTry: options.lastTry,
    patience: options.patience,
  })
}

export const maxRetriesOf = (client: Client, { maxRetries }: RequestOptions): number =>
  maxRetries ?? client.maxRetries ?? 2

async function plan(planned: PlannedRequest[], call: Call): Promise<never> {
  const { method, path, query, body } = call
  if (method === 'GET') {
    const message = 'A dry run shows writes and sends nothing, and this command only reads'
    throw new ApiError('config', message, { sent: false })
  }
  planned.push({ method, path, query, body: body instanceof Multipart ? body.shown() : body })
  throw new DryRun()
}

function mergeBody(body: Call['body'], params?: Record<string, unknown>): Call['body'] {
  if (!params || typeof body === 'string' || isBytes(body)) return body
  return { ...body, ...params }
}

const isBytes = (body: Call['body']): body is Uint8Array | Multipart =>
  body instanceof Uint8Array || body instanceof Multipart

async function tryOnce<Result>(
  client: Client,
  call: Call<Result>,
  options: RequestOptions,
): Promise<Result> {
  const started = Date.now()
  const exchange: Exchange = {
    method: call.method,
    // Without the query, because a signed address is a secret.
    path: call.path.replace(/\?.*/s, ''),
    milliseconds: 0,
  }
  try {
    const reply = await client.fetch(call.path, fetchOptions(client, call, options))
    exchange.status = reply.status
    const text = await reply.text()
    const apiKey = options.apiKey ?? client.apiKey
    const headers = { ...client.headers, ...options.headers }
    const safe =
      reply.status >= 300 ? withoutSecrets(text, { apiKey, headers, secrets: call.secrets }) : text
    const parse = await parserFor(client, call.expect, safe)
    const value = answerOf(call.expect, reply, safe, client.host, parse)
    client.silence?.add(started, undefined, client.host)
    return value
  } catch (error) {
    if (error instanceof ApiError && call.since && isNoEndpoint(error)) {
      throw noEndpoint(client.host, call)
    }
    if (error instanceof ApiError) {
      if (error.kind !== 'aborted') client.silence?.add(started, error, client.host)
      error.mayHaveHappened = call.repeat === 'unsent' && error.fate === 'in doubt'
    }
    exchange.error = error instanceof Error ? error.message : String(error)
    throw error
  } finally {
    exchange.milliseconds = Date.now() - started
    client.onExchange?.(exchange)
  }
}

/** Whether the server does not know the path, as opposed to an object on a known path. */
const isNoEndpoint = ({ status, detail = '' }: ApiError): boolean =>
  (status === 404 || status === 405) && /^(Not Found|Method Not Allowed)$/.test(detail)

const noEndpoint = (host: string, { method, path, since }: Call): ApiError =>
  new ApiError(
    'api',
    `${host} does not have ${method} ${path.replace(/\?.*/s, '')}, which needs Skyvern ${since} or later`,
    { status: 404 },
  )

/** Lists are long and have no numbers that JavaScript would change, so they are not searched. */
async function parserFor({ exactNumbers }: Client, expect: Expectation, text: string) {
  if (!exactNumbers || typeof expect !== 'object' || !hasUnusualNumbers(text)) return JSON.parse
  const parse = await loadExactParser()
  return (json: string): unknown => withPlainFields(parse(json))
}

/** The call as ofetch and the transport take it. */
function fetchOptions(client: Client, call: Call, options: RequestOptions) {
  const { method, query = {}, body, expect, repeat } = call
  const seconds =
    options.timeoutInSeconds ??
    client.timeoutInSeconds ??
    call.timeoutInSeconds ??
    (method === 'GET' ? 30 : 60)
  const accept = expect === 'stream' ? { accept: '*/*' } : {}
  const streamed = body instanceof Multipart ? body : undefined
  // The caller's content type wins, except for a form, whose boundary is part of the type.
  const own = streamed ? undefined : contentTypeOf({ ...client.headers, ...options.headers })
  const contentType = own ?? streamed?.contentType ?? call.contentType ?? 'application/json'
  const type = body === undefined ? {} : { 'content-type': contentType }
  return {
    method,
    // Without a query, the path must not change: ofetch would rewrite a signed address.
    query: Object.keys(query).length > 0 ? query : undefined,
    headers: { ...accept, ...options.headers, ...type },
    // As text: for an object, ofetch checks whether it is a FormData, which loads undici.
    body:
      typeof body === 'object' && !isBytes(body)
        ? JSON.stringify(body)
        : streamed
          ? undefined
          : body,
    streamed,
    apiKey: options.apiKey,
    timeoutMs: seconds * 1000,
    signal: options.abortSignal,
    shared: method === 'GET' || (options.inARow === true && repeat === 'safe'),
    responseType: expect === 'stream' || expect === 'reply' ? 'stream' : 'text',
    anyStatus: expect === 'reply',
  }
}

const contentTypeOf = (headers: Record<string, string>): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
