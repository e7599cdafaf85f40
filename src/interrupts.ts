/**
 * Signals. A command with something to lose catches them for a while; otherwise the process dies of them as usual. It
 * always dies of the signal itself, so that a shell loop around it stops too.
 */
import os from 'node:os'

/** The signals with which terminals, containers and batch schedulers (USR1, USR2, XCPU, ALRM) end a job. */
export const SIGNALS = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGXCPU',
  'SIGALRM',
] as const
export type Signal = (typeof SIGNALS)[number]

/** How many signals each kind of work survives. One more ends the process at once. */
const OUTLASTED = {
  /** The run or session continues without this process. */
  wait: 0,
  /** Only the answer to a create or submit says what is being paid for; a file is saved completely or not at all. */
  create: 1,
  follow: 1,
  save: 1,
  /** `session exec` has promised to close its session. */
  'create in exec': 2,
  close: 2,
  /** `task map`: running rows end, then sessions are closed at once. */
  map: 2,
  /** The command of `session exec` gets every signal, and decides. */
  command: Infinity,
} as const
export type Work = keyof typeof OUTLASTED

export interface SignalHandlers {
  /** Called for a signal that the work survives. @param last whether the next one ends the process */
  onSignal?: (signal: Signal, last: boolean) => void
  /** Called before the process dies of a signal. */
  onAbandon?: () => void
}

export interface Interruption {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal
  /** The first signal, if there was one. */
  readonly received: () => Signal | undefined
  /** Stops catching signals. */
  release(): void
}

/** Thrown after the cleanup for a signal. `main` reports a failure of the cleanup, and raises the signal again. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  constructor(
    readonly signal: Signal,
    failure?: unknown,
  ) {
    super(`Interrupted by ${signal}`, { cause: failure })
  }
}

/** Catches signals until `release`. */
export function interruptible(work: Work, handlers: SignalHandlers = {}): Interruption {
  const stop = new AbortController()
  const outlasted = OUTLASTED[work]
  let received: Signal | undefined
  let count = 0
  const listener = (name: NodeJS.Signals): void => {
    const signal = name as Signal
    if (++count > outlasted) {
      handlers.onAbandon?.()
      return raise(signal)
    }
    received ??= signal
    handlers.onSignal?.(signal, count === outlasted)
    stop.abort()
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
  return { signal: stop.signal, received: () => received, release }
}

/** Calls the handler for uncaught errors instead of dying. Returns a function that stops this. */
export function catchCrashes(handler: (error: unknown) => void): () => void {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  for (const event of events) process.on(event, handler)
  return () => {
    for (const event of events) process.off(event, handler)
  }
}

/** Milliseconds within which a raised signal ends the process, unless its parent has blocked the signal. */
const RAISED_WITHIN = 500

/**
 * Dies of the signal. Where that is impossible, exits with the status that a shell uses for it: on Windows, and as
 * process 1 of a container, which gets only signals that it catches.
 */
export function raise(signal: Signal): void {
  for (const name of SIGNALS) process.removeAllListeners(name)
  const status = 128 + os.constants.signals[signal]
  if (isFirstProcess() || process.platform === 'win32') process.exit(status)
  process.exitCode = status
  process.kill(process.pid, signal)
  setTimeout(() => process.exit(status), RAISED_WITHIN)
}

/**
 * Dies of uncaught signals that would not end the process by default: process 1 of a container ignores them, and USR1 would
 * start Node's debugger.
 */
export function dieOfSignals(): void {
  for (const signal of isFirstProcess() ? SIGNALS : (['SIGUSR1'] as const)) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) raise(signal)
    })
  }
}

const isFirstProcess = (): boolean => process.pid === 1
