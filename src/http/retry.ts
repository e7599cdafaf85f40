/** When to try again, and a sleep that a signal ends. */

/** A server that asks for more patience than this is told to whoever called, not waited for. */
const LONGEST_WAIT = 60

/**
 * Milliseconds before the next try: full jitter up to 0.5 s · 2^attempt (8 s at most), or what the server asks for in
 * `Retry-After`. Undefined when that is more than a minute.
 */
export function delayBeforeRetry(attempt: number, retryAfterSeconds?: number): number | undefined {
  if (retryAfterSeconds !== undefined) {
    return retryAfterSeconds <= LONGEST_WAIT ? retryAfterSeconds * 1000 : undefined
  }
  return Math.random() * Math.min(500 * 2 ** attempt, 8000)
}

/** Resolves after the time, or at once when the signal aborts: the caller looks at the signal. */
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

/** Seconds from a `Retry-After` of either form; a date is meant by the server's clock. Nothing for nonsense. */
export function parseRetryAfter(value?: string, serverDate?: string): number | undefined {
  if (!value) return undefined
  const now = Date.parse(serverDate ?? '') || Date.now()
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}
