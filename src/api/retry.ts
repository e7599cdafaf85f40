/** When to try again, and a sleep that a signal ends. */

/**
 * Milliseconds before the next try: full jitter up to 0.5 s · 2^attempt (8 s at most), or what the server asks for in
 * `Retry-After`, up to a minute.
 */
export function delayBeforeRetry(attempt: number, retryAfterSeconds?: number): number {
  if (retryAfterSeconds !== undefined) return Math.min(retryAfterSeconds, 60) * 1000
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
