/** Polls until a condition holds: often at first, less often later. Temporary failures do not end the wait. */
import { setMaxListeners } from 'node:events'
import { ApiError } from './errors.ts'
import { sleep } from './retry.ts'
import { secondOf, uptime } from './clock.ts'

export interface WaitOptions<Value> {
  done: (value: Value) => boolean
  /** Seconds until giving up. */
  limit: number
  signal?: AbortSignal
  /** Called with every answer. */
  onAnswer?: (value: Value) => void
  /** The error to throw at the limit; by default the `WaitTimeout` itself. */
  whenLate?: (late: WaitTimeout<Value>) => Error | Promise<Error>
}

/** Thrown when the limit has passed; `last` is the last answer. */
export class WaitTimeout<Value> extends ApiError {
  override readonly name = 'WaitTimeout'
  constructor(
    readonly last: Value | undefined,
    /** The last try, if it failed. */
    readonly failure?: ApiError,
    message = 'Gave up waiting',
    /** Set if the last polls failed: the time of the first of them. */
    readonly silentSince?: Date,
  ) {
    super('timeout', message)
  }

  /** A sentence for the end of a message; empty if the server answered the last poll. */
  get silence(): string {
    const { failure, silentSince } = this
    if (!failure || !silentSince) return ''
    return ` There has been no answer since ${secondOf(silentSince)}: ${failure.message}.`
  }
}

/** The request options of a poll. A failed poll is not retried: the next poll follows. */
export interface PollOptions {
  maxRetries: 0
  abortSignal: AbortSignal
}

/** Milliseconds without an answer after which the wait ends. */
const SILENCE_LIMIT = 15 * 60_000

/** Milliseconds that the poll at the limit may take. */
export const LAST_POLL = 5_000
/** Milliseconds. Node fires a longer timer at once. */
export const LONGEST_TIMER = 2 ** 31

/**
 * Milliseconds until the next poll, by the time waited so far. An end is noticed within 0.5 s in the first seconds, within
 * 2.5 s in the first minutes, then within a tenth of the time waited. An hour takes about 260 polls.
 */
export function pollDelay(waited: number): number {
  const longest =
    waited < 5_000
      ? 450
      : waited < 300_000
        ? 2_200
        : Math.min(Math.max(waited * 0.08, 2_200), 30_000)
  return (waited < 200 ? 300 : longest) * (0.85 + Math.random() * 0.15)
}

/**
 * Polls until `done` accepts the answer. Resets, 5xx, rate limits and answers that are not JSON do not end the wait. At the
 * limit it polls once more, for a few seconds.
 * @param ask gets the request options of a poll, whose signal ends it
 * @throws `whenLate`, else WaitTimeout, at the limit · ApiError for a permanent failure, `aborted` for the signal
 */
export async function waitFor<Value>(
  ask: (poll: PollOptions) => Promise<Value>,
  options: WaitOptions<Value>,
): Promise<Value> {
  const limit = options.limit * 1000
  const bound = boundBy(limit + LAST_POLL, options.signal)
  const poll: PollOptions = { maxRetries: 0, abortSignal: bound.signal }
  try {
    return await askUntilDone(() => ask(poll), { ...options, limit }, bound.signal)
  } catch (error) {
    if (!(error instanceof WaitTimeout) || !options.whenLate) throw error
    const late = error as WaitTimeout<Value>
    const told = await options.whenLate(late)
    told.message += late.silence
    throw told
  } finally {
    bound.release()
  }
}

async function askUntilDone<Value>(
  ask: () => Promise<Value>,
  { done, limit, signal, onAnswer }: WaitOptions<Value>,
  bound: AbortSignal,
): Promise<Value> {
  const started = uptime()
  const failures = new Failures()
  let last: Value | undefined
  for (;;) {
    const late = uptime() - started >= limit
    let pause = 0
    try {
      const value = await ask()
      failures.clear()
      last = value
      onAnswer?.(value)
      if (done(value)) return value
    } catch (error) {
      if (signal?.aborted) throw new ApiError('aborted', 'Interrupted')
      if (bound.aborted) throw failures.late(last, SILENT)
      pause = failures.add(error)
    }
    if (late) throw failures.late(last, failures.last)
    const left = limit - (uptime() - started)
    await sleep(Math.max(0, Math.min(left, pause || pollDelay(uptime() - started))), signal)
    if (signal?.aborted) throw new ApiError('aborted', 'Interrupted')
  }
}

export const SILENT = new ApiError('timeout', 'the server does not answer')

/** Aborts after the time, or with the other signal. */
function boundBy(
  milliseconds: number,
  signal?: AbortSignal,
): { signal: AbortSignal; release: () => void } {
  const stop = new AbortController()
  // A poll may send many requests at once. Node warns about a leak if a signal has more than ten listeners.
  setMaxListeners(0, stop.signal)
  const abort = (): void => stop.abort()
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  const timer = milliseconds < LONGEST_TIMER ? setTimeout(abort, milliseconds) : undefined
  const release = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  return { signal: stop.signal, release }
}

/** Counts failures in a row, and decides which ones end the wait. */
export class Failures {
  private since = 0
  private count = 0

  last: ApiError | undefined

  clear(): void {
    this.count = 0
    this.last = undefined
  }

  /** The error at the end of the wait. */
  late<Value>(last: Value | undefined, failure: ApiError | undefined): WaitTimeout<Value> {
    const since = this.count > 0 ? this.since : uptime() - LAST_POLL
    const silentSince = failure && new Date(Date.now() - (uptime() - since))
    return new WaitTimeout(last, failure, undefined, silentSince)
  }

  /** Milliseconds to wait before the next poll. @throws the error if it is permanent */
  add(error: unknown): number {
    if (!(error instanceof ApiError)) throw error
    const now = uptime()
    if (this.count === 0) this.since = now
    this.last = error
    this.count++
    const passing = error.transient || error.kind === 'bad_response'
    if (error.kind === 'not_found' ? this.count > 2 : !passing) throw error
    if (now - this.since > SILENCE_LIMIT) throw error
    const asked = (error.retryAfterSeconds ?? 0) * 1000
    return Math.max(Math.min(asked, 300_000), Math.min(500 * 2 ** this.count, 30_000))
  }
}
