/** When to retry, and a sleep that a signal ends. */
import { uptime } from './clock.ts'
import { ApiError } from './errors.ts'

/** How long a call is repeated while the server limits requests (429), in addition to its retries. */
export interface Patience {
  seconds: number
  onPause: (error: ApiError, milliseconds: number) => void
}

interface Retries {
  /** The maximum number of retries. */
  most: number
  mayRepeat: (error: ApiError) => boolean
  /** Ends a pause early. */
  wake?: AbortSignal
  /** Once aborted, it does not retry. */
  lastTry?: AbortSignal
  patience?: Patience
}

/** Tries again as long as the failure is temporary and the call may be repeated. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { most, mayRepeat, wake, lastTry, patience }: Retries,
): Promise<Result> {
  const patientUntil = uptime() + (patience?.seconds ?? 0) * 1000
  let [retries, pauses] = [0, 0]
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const pause = pauseAfter(error, pauses)
      if (patience && error.kind === 'rate_limited' && uptime() + pause <= patientUntil) {
        pauses++
        patience.onPause(error, pause)
        await sleep(pause, wake)
      } else {
        const delay = delayBeforeRetry(retries, error.retryAfterSeconds)
        const isOver = retries++ >= most || delay === undefined
        if (isOver || !error.transient || !mayRepeat(error)) throw error
        await sleep(delay, wake)
      }
      if (lastTry?.aborted) throw error
    }
  }
}

const LONGEST_PAUSE = 60_000

/** Milliseconds to pause: the `Retry-After` of the server, or 1 s · 2^pauses up to a minute. */
export function pauseAfter({ retryAfterSeconds }: ApiError, pauses: number): number {
  if (retryAfterSeconds !== undefined) return Math.max(retryAfterSeconds * 1000, 200)
  return Math.min(1000 * 2 ** pauses, LONGEST_PAUSE) * (0.8 + Math.random() * 0.2)
}

/** Seconds. A longer `Retry-After` is reported instead of waited for. */
const LONGEST_WAIT = 60

/**
 * Milliseconds before the next try: full jitter up to 0.5 s · 2^attempt (8 s at most), or the `Retry-After` of the
 * server. Undefined if that is more than a minute.
 */
export function delayBeforeRetry(attempt: number, retryAfterSeconds?: number): number | undefined {
  if (retryAfterSeconds !== undefined) {
    return retryAfterSeconds <= LONGEST_WAIT ? retryAfterSeconds * 1000 : undefined
  }
  return Math.random() * Math.min(500 * 2 ** attempt, 8000)
}

/** Resolves after the time, or as soon as the signal aborts. The caller checks the signal. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}

/** Seconds of a `Retry-After` in either form; a date is compared with the server's clock. Undefined if it is malformed. */
export function parseRetryAfter(value?: string, serverDate?: string): number | undefined {
  if (!value) return undefined
  const now = Date.parse(serverDate ?? '') || Date.now()
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}
