/**
 * Signals. A command that has something to lose catches them for a while; every other one dies of them as node does.
 * The process always ends by the signal itself, so that a shell loop around it stops too.
 */
import os from 'node:os'

/** What terminals, containers and batch schedulers (USR1, USR2, XCPU, ALRM) end a job with. */
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

/** How many signals each kind of work outlasts. One more leaves at once. */
const OUTLASTED = {
  /** What is waited for goes on without us. */
  wait: 0,
  /** The answer to a create or submit says what is being paid for; a file is left whole or not at all. */
  create: 1,
  follow: 1,
  save: 1,
  /** `session exec` has promised to close its session. */
  'create in exec': 2,
  close: 2,
  /** `task map`: running rows end, then sessions are closed at once. */
  map: 2,
  /** The command that runs in our place decides, and gets every signal. */
  command: Infinity,
} as const
export type Work = keyof typeof OUTLASTED

export interface SignalHandlers {
  /** For a signal that the work outlasts. `last`: the next one leaves. */
  onSignal?: (signal: Signal, last: boolean) => void
  /** Before the process dies of a signal: the last word. */
  onAbandon?: () => void
}

export interface Interruption {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal
  /** The first signal, for work that it ends in good order. */
  readonly received: () => Signal | undefined
  /** Gives the signals back. */
  release(): void
}

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

/** Catches signals until they are given back. */
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

/** Calls the handler with what nobody caught, in place of dying. Returns the function that ends that. */
export function catchCrashes(handler: (error: unknown) => void): () => void {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  for (const event of events) process.on(event, handler)
  return () => {
    for (const event of events) process.off(event, handler)
  }
}

/** Milliseconds until a signal that was raised has ended the process, unless whoever started it has blocked it. */
const RAISED_WITHIN = 500

/**
 * Dies of the signal. Where that is not possible, exits with the status that a shell has for it: on Windows, and as
 * process 1 of a container, to which the kernel delivers no signal that it does not catch.
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
 * Dies of signals that nothing catches, where the system or node would not see to it: process 1 of a container would
 * live on, and USR1 would open a debugger.
 */
export function dieOfSignals(): void {
  for (const signal of isFirstProcess() ? SIGNALS : (['SIGUSR1'] as const)) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) raise(signal)
    })
  }
}

const isFirstProcess = (): boolean => process.pid === 1
