/** Turns a reply into the requested value, or into an error. */
import type { IncomingMessage } from 'node:http'
import { ApiError, errorOfAnswer } from './errors.ts'
import { errorOfTransport } from './failure.ts'
import { isId } from './id.ts'
import { parseRetryAfter } from './retry.ts'
import { TransportError } from './transport.ts'
import type { Reply } from './transport.ts'
import { withoutMark } from '../system/text.ts'

/** An object with its id. */
interface Identified {
  /** The field of the id. */
  id: string
  /** The requested id: an answer about another id is an error. */
  of?: string
  /** Whether an object with another id is the requested one under its second id. */
  also?: (value: object) => boolean
  /** The field may be missing. If it is present, it must match. */
  mayLackIt?: boolean
  /** The body may be missing. */
  mayBeEmpty?: boolean
}

/**
 * What counts as a good answer: an array, an object with this string field, any JSON, any text, nothing, a
 * `StreamReply`, or (`reply`) a `StreamReply` of any status. Its type is the type of the value.
 */
export type Expectation<Value = unknown> = (
  | 'array'
  | 'json'
  | 'text'
  | 'nothing'
  | 'stream'
  | 'reply'
  | Identified
) & { readonly value?: Value }

/** An object, by the name of its id field. If it was asked for by id, the id has to match. */
export const one = <Value extends object>(
  id: keyof Value & string,
  of?: string,
  also?: (value: Value) => boolean,
): Expectation<Value> => ({ id, of, also: also as Identified['also'] })

/** An answer about the object with this id. The answer may lack the id, but may not have another one. */
export const about = <Value>(id: string, of: string): Expectation<Value> => ({
  id,
  of,
  mayLackIt: true,
})

/** The same for a write, which a server may answer without a body. */
export const orNothing = <Value>(expect: Expectation<Value>): Expectation<Value | undefined> =>
  typeof expect === 'object' ? { ...expect, mayBeEmpty: true } : expect
export const many = <Value>() => 'array' as Expectation<Value[]>
export const json = <Value>() => 'json' as Expectation<Value>
export const nothing = 'nothing' as Expectation<void>
export const stream = 'stream' as Expectation<StreamReply>

export interface StreamReply {
  status: number
  statusText: string
  /** Names and values alternate, as they were sent. */
  rawHeaders: string[]
  /** The body in pieces. Throws an ApiError if the server is silent for too long or cuts the connection. */
  body: AsyncIterable<Buffer>
}

/** Masks the key, the caller's headers and the secrets of the body: an error page may repeat what was sent to it. */
export function withoutSecrets(text: string, sent: Sent): string {
  const { apiKey = '', headers = {}, secrets = [] } = sent
  const outer = [apiKey, ...Object.values(headers)].filter(({ length }) => length >= 8)
  return [...outer, ...secrets.filter(({ length }) => length >= 4)]
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .reduce((safe, secret) => safe.replaceAll(secret, '••••'), text)
}

interface Sent {
  apiKey?: string
  headers?: Record<string, string>
  secrets?: string[]
}

export function answerOf<T>(
  expect: Expectation<T>,
  reply: Reply,
  text: string,
  host: string,
  parse: (json: string) => unknown = JSON.parse,
): T {
  const { status } = reply
  if (expect === 'reply') return streamReply(reply, host) as T
  if (status < 200 || status > 299) throw failureOf(reply, text, host, expect)
  if (expect === 'stream') return streamReply(reply, host) as T
  if (expect === 'nothing') return undefined as T
  if (expect === 'text') return text as T
  const mayBeEmpty = typeof expect === 'object' && expect.mayBeEmpty === true
  if (mayBeEmpty && text.trim() === '') return undefined as T
  const value = parseJson(text, status, host, parse)
  if (isExpected(value, expect)) return value as T
  const other = typeof expect === 'object' && expect.of !== undefined && idIn(value, expect.id)
  const message = other
    ? `${host} answered about ${other}, not about ${expect.of}`
    : `${host} answered ${status} with JSON of an unexpected shape`
  throw new ApiError('bad_response', message, { status })
}

function failureOf(reply: Reply, text: string, host: string, expect: Expectation): ApiError {
  const { status, headers } = reply
  if (status >= 300 && status < 400) {
    const message = redirectMessage(headers.get('location'), host)
    return new ApiError('bad_response', message, { status })
  }
  const patience = parseRetryAfter(headers.get('retry-after'), headers.get('date'))
  const error = errorOfAnswer(status, text, host, patience)
  const asked = typeof expect === 'object' ? expect.of : undefined
  const other = error.kind === 'not_found' && asked ? otherThan(asked, error.detail) : undefined
  if (!other) return error
  const message = `${host} answered ${status} about ${other}, not about ${asked}`
  return new ApiError('bad_response', message, { status })
}

/** The other id of the same kind that a text names instead of this one. */
function otherThan(id: string, text = ''): string | undefined {
  const kind = /^[a-z]+_/.exec(id)?.[0]
  const named: string[] = (kind && text.match(new RegExp(`\\b${kind}\\w+`, 'g'))) || []
  return named.includes(id) ? undefined : named[0]
}

function streamReply({ status, body }: Reply, host: string): StreamReply {
  if (body === true) throw new Error('not a stream')
  return {
    status,
    statusText: body.statusMessage ?? '',
    rawHeaders: body.rawHeaders,
    body: pieces(body, host),
  }
}

async function* pieces(message: IncomingMessage, host: string): AsyncGenerator<Buffer> {
  try {
    yield* message
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const cause = error instanceof TransportError ? error : undefined
    throw errorOfTransport(cause ?? new TransportError('network', true, code), host)
  }
}

function parseJson(
  text: string,
  status: number,
  host: string,
  parse: (json: string) => unknown,
): unknown {
  try {
    return parse(withoutMark(text))
  } catch {
    const what =
      text.trim() === ''
        ? 'an empty body'
        : /^\s*</.test(text)
          ? 'HTML'
          : 'something that is not JSON'
    throw new ApiError('bad_response', `${host} answered ${status} with ${what}: is it the API?`, {
      status,
    })
  }
}

function isExpected(value: unknown, expect: Expectation): boolean {
  if (expect === 'array') return Array.isArray(value) && value.every(hasSoundIds)
  if (typeof expect !== 'object') return true
  const id = idIn(value, expect.id)
  if (id === undefined) return expect.mayLackIt === true && hasSoundIds(value)
  const isIt = expect.of === undefined || id === expect.of || expect.also?.(value as object)
  return hasSoundIds(value) && isIt === true
}

const idIn = (value: unknown, name: string): string | undefined =>
  isDictionary(value) && isId(value[name]) ? value[name] : undefined

/** Ids that end up in paths, in commands to paste and in the environment of other commands. */
const IDS = [
  'browser_session_id',
  'run_id',
  'runnable_id',
  'browser_profile_id',
  'workflow_permanent_id',
  'credential_id',
  'file_id',
]

function hasSoundIds(value: unknown): boolean {
  if (!isDictionary(value)) return true
  return IDS.every((name) => value[name] === undefined || value[name] === null || isId(value[name]))
}

const isDictionary = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function redirectMessage(location: string | undefined, host: string): string {
  const target = location && URL.canParse(location, `https://${host}`)
  const to = target ? ` to ${new URL(location, `https://${host}`).host}` : ''
  return `${host} redirects${to}. The redirect is not followed, because it would take the API key along`
}
