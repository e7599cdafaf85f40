/**
 * The errors of a request. The API has six forms of error body; each is reduced to one line.
 */
import { withoutMark } from '../system/text.ts'

export type ApiErrorKind =
  | 'auth' // the server refuses the key
  | 'not_found'
  | 'conflict'
  | 'gone' // the session that a task was for has ended
  | 'payment'
  | 'rate_limited'
  | 'api' // any other status that is not a success
  | 'bad_response' // not the JSON that was asked for, a redirect, too large
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'config' // a base URL, key or id that cannot be sent

/**
 * What became of a request that failed. `refused`: the server did nothing. `unsent`: it certainly never arrived.
 * `in doubt`: it may have been carried out.
 */
export type Fate = 'refused' | 'unsent' | 'in doubt'

/** The cause of a failure, where it is known and the user can do something about it. */
export type Reason =
  | 'base_url'
  | 'untrusted_certificate'
  | 'proxy'
  | 'too_many_open'
  | 'unknown_session'
  | 'unknown_run'
  | 'unknown_profile'

export interface ApiErrorInit {
  status?: number
  detail?: string
  reason?: Reason
  /** Whether the request may have reached the server. */
  sent?: boolean
  retryAfterSeconds?: number
  /** A permanent network failure: a certificate, the wrong protocol, a proxy that refuses. */
  lasting?: boolean
}

export class ApiError extends Error {
  override readonly name: string = 'ApiError'
  readonly status: number | undefined
  readonly detail: string | undefined
  readonly reason: Reason | undefined
  readonly sent: boolean
  readonly retryAfterSeconds: number | undefined
  /** A write that is sent only once and whose fate is in doubt: the same request again could do it twice. */
  mayHaveHappened = false
  private readonly lasting: boolean

  constructor(
    readonly kind: ApiErrorKind,
    message: string,
    init: ApiErrorInit = {},
  ) {
    super(message)
    this.status = init.status
    this.detail = init.detail
    this.reason = init.reason
    this.sent = init.sent ?? true
    this.retryAfterSeconds = init.retryAfterSeconds
    this.lasting = init.lasting ?? false
  }

  /** What the failure says about the request. This is the only place that decides it. A redirect counts as a refusal. */
  get fate(): Fate {
    const { kind, status, sent } = this
    if (!sent || kind === 'config') return 'unsent'
    const said = status !== undefined && ((status >= 300 && status < 400) || isRefusal(status))
    return said ? 'refused' : 'in doubt'
  }

  /** Whether the same request may succeed later: the network, a limit, a fault of the server or of a gateway. */
  get transient(): boolean {
    const { kind, status } = this
    if (kind === 'network') return !this.lasting
    if (kind === 'timeout' || kind === 'rate_limited') return true
    // 501 (Not Implemented) is permanent.
    return kind === 'api' && status !== undefined && status !== 501 && !isRefusal(status)
  }
}

/** The failure of a write that may have been carried out. */
export const isInDoubt = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.fate === 'in doubt'

/**
 * Statuses of HTTP that say that the request was understood and declined. All others from 400 on leave it open: 408 and
 * 425, 5xx, and what gateways answer when one side hung up (444, 460, 499).
 */
function isRefusal(status: number): boolean {
  if (status === 408 || status === 425) return false
  return (status >= 400 && status <= 418) || (status >= 421 && status <= 431) || status === 451
}

/** Ends a call of a dry run, after the client has noted what it would have sent. This is not a failure. */
export class DryRun extends Error {
  override readonly name = 'DryRun'
}

/** The error for a status and a body. */
export function errorOfAnswer(
  status: number,
  text: string,
  host: string,
  retryAfterSeconds?: number,
): ApiError {
  const body = parseBody(text)
  const detail = detailOf(body)
  const kind = kindOf(status, detail)
  const init = { status, detail, retryAfterSeconds, reason: reasonOf(kind, detail) }
  const said = detail
    ? `: ${detail}`
    : status === 431
      ? ': the headers of the request are too large'
      : body === undefined && text.trim()
        ? ' with something that is not JSON'
        : ''
  const message =
    kind === 'auth'
      ? `${host} refuses the API key (${status}${said})`
      : detail && status < 500
        ? `${detail.replace(/\.$/, '')} (${status})`
        : `${host} answered ${status}${said}`
  return new ApiError(kind, message, init)
}

/** A 403 can also mean that the plan lacks a feature. For a key whose organization is gone the API answers 404. */
function kindOf(status: number, detail = ''): ApiErrorKind {
  if (status === 401 || (status === 404 && detail === 'Organization not found')) return 'auth'
  if (status === 403) return isAuthDetail(detail) ? 'auth' : 'api'
  if (status === 402) return 'payment'
  if (status === 404) return 'not_found'
  if (status === 409) return 'conflict'
  if (status === 410) return 'gone'
  if (status === 429) return 'rate_limited'
  return 'api'
}

/** Matches a limit of open sessions or runs. Any other limit is a rate limit, which ends by itself. */
const OF_WHAT_IS_OPEN =
  /concurren|simultaneous|in parallel|close one|at (once|the same time)|(too many|limit of|maximum of) [\w ]*(sessions|browsers|runs|tasks)\b(?! (per|a|in|each)\b)/i

/** Recognised by the server's own words. */
function reasonOf(kind: ApiErrorKind, detail = ''): Reason | undefined {
  if (kind === 'rate_limited') return OF_WHAT_IS_OPEN.test(detail) ? 'too_many_open' : undefined
  if (kind !== 'not_found') return undefined
  if (/session/i.test(detail)) return 'unknown_session'
  if (/profile/i.test(detail)) return 'unknown_profile'
  return /run/i.test(detail) ? 'unknown_run' : undefined
}

function isAuthDetail(detail: string): boolean {
  return detail === '' || /credential|auth|api key|access this organization/i.test(detail)
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(withoutMark(text))
  } catch {
    return undefined
  }
}

type Dictionary = Record<string, unknown>
const isDictionary = (value: unknown): value is Dictionary =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value.slice(0, 2000) : undefined

/** One line from any form of error body. Leaves out `detail[].input`, which repeats what was sent, secrets included. */
function detailOf(body: unknown): string | undefined {
  if (!isDictionary(body)) return undefined
  const { detail } = body
  if (Array.isArray(detail)) return detail.filter(isDictionary).map(validationLine).join('; ')
  if (isDictionary(detail)) return textOf(detail['message']) ?? textOf(detail['code'])
  return textOf(detail) ?? textOf(body['error']) ?? textOf(body['message'])
}

function validationLine(item: Dictionary): string {
  const where = Array.isArray(item['loc']) ? item['loc'].slice(1).join('.') : ''
  const what = textOf(item['msg']) ?? 'invalid'
  return where ? `${where}: ${what}` : what
}
