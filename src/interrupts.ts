/**
 * Signals. A command that has something to lose catches them for a while; every other one dies of them as node does.
 * The process always ends by the signal itself, so that a shell loop around it stops too.
 */

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
export type Signal = (typeof SIGNALS)[number]

/** Thrown after the clean-up that a signal asked for; `main` tells what failed in it and re-raises the signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  constructor(
    readonly signal: Signal,
    failure?: unknown,
  ) {
    super(`Interrupted by ${signal}`, { cause: failure })
  }
}

/**
 * Calls the handler with each signal and its count (1 for the first), in place of dying. Returns the function that
 * gives the signals back.
 */
export function catchSignals(handler: (signal: Signal, count: number) => void): () => void {
  let count = 0
  const listener = (signal: NodeJS.Signals): void => handler(signal as Signal, ++count)
  for (const signal of SIGNALS) process.on(signal, listener)
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}

/** The first signal, for work that it ends in good order. */
export interface Interruption {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal
  readonly received: () => Signal | undefined
  /** Gives the signals back. */
  release(): void
}

/** Catches signals until released: the first aborts the work, the second leaves at once. */
export function interruptible(): Interruption {
  const stop = new AbortController()
  let received: Signal | undefined
  const release = catchSignals((signal, count) => {
    if (count > 1) return raise(signal)
    received = signal
    stop.abort()
  })
  return { signal: stop.signal, received: () => received, release }
}

/** Calls the handler with what nobody caught, in place of dying. Returns the function that ends that. */
export function catchCrashes(handler: (error: unknown) => void): () => void {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  for (const event of events) process.on(event, handler)
  return () => {
    for (const event of events) process.off(event, handler)
  }
}

/** Dies of the signal. Windows cannot, and exits with 128 + n. */
export function raise(signal: Signal): void {
  for (const name of SIGNALS) process.removeAllListeners(name)
  if (process.platform !== 'win32') process.kill(process.pid, signal)
  else process.exitCode = 128 + { SIGINT: 2, SIGTERM: 15, SIGHUP: 1, SIGQUIT: 3 }[signal]
}
