/** When to try again, and a sleep that a signal ends. */
import { ApiError } from './errors.ts'

interface Retries {
  /** Tries after the first. */
  most: number
  mayRepeat: (error: ApiError) => boolean
  /** Ends a pause early. */
  wake?: AbortSignal
  /** Once aborted, no further try. */
  lastTry?: AbortSignal
}

/** Tries again as long as the failure is temporary and the call may be repeated. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { most, mayRepeat, wake, lastTry }: Retries,
): Promise<Result> {
  for (let count = 0; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ApiError) || count >= most) throw error
      const delay = delayBeforeRetry(count, error.retryAfterSeconds)
      if (!error.transient || !mayRepeat(error) || delay === undefined) throw error
      await sleep(delay, wake)
      if (lastTry?.aborted) throw error
    }
  }
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
