/**
 * The command that `session exec` runs: it has our streams, is in our process group, gets every signal, and is ended if
 * it does not end by itself.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import { uptime } from '../http/clock.ts'
import type { Signal } from '../interrupts.ts'

export interface ChildEnd {
  /** Null if a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
}

/**
 * Milliseconds to TERM and to KILL after the first and the second signal; after a third it is killed at once. Whoever
 * sends a signal may kill everything ten seconds later, as docker does and a cancelled CI job, and by then the session
 * must be closed.
 */
const PATIENCE = {
  typed: [
    [10_000, 12_000],
    [1_500, 3_000],
  ],
  sent: [
    [3_000, 4_500],
    [1_500, 3_000],
  ],
} as const
/** Milliseconds from KILL until a command that not even that ends, such as one of another user, is left behind. */
const KILLED_WITHIN = 1_000
/** A second Ctrl-C within this time means it. */
const INSISTING = 3_000

export class Child {
  readonly ended: Promise<ChildEnd>
  private readonly process: ChildProcess
  private timers: NodeJS.Timeout[] = []
  private count = 0
  /** When a signal was last delivered, by `uptime`. */
  private last = -Infinity
  /** When it is killed at the latest, by the same clock. */
  private killAt = Infinity
  private leave = (): void => {}

  /** @throws through `ended`: what spawn says, such as ENOENT for a script whose interpreter is missing */
  constructor(file: string, [command = file, ...args]: string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(file, args, { argv0: command, stdio: 'inherit', env })
    this.ended = new Promise<ChildEnd>((resolve, reject) => {
      this.process.once('error', reject)
      // Later on it is a signal that could not be sent.
      this.process.once('spawn', () => this.process.off('error', reject).on('error', () => {}))
      this.process.on('exit', (code, signal) => resolve({ code, signal }))
      this.leave = () => resolve({ code: null, signal: 'SIGKILL' })
    }).finally(() => this.forgetTimers())
  }

  /**
   * Passes a signal on, unless it was typed: the terminal has done so then. Sees to it that the child ends. Only a
   * prompt may take its time: Ctrl-C at one is a key like others, until it is pressed again at once.
   */
  deliver(signal: Signal, typed: boolean): void {
    if (!typed) this.process.kill(signal)
    const now = uptime()
    const patient = typed && isatty(0) && now - this.last > INSISTING
    this.last = now
    this.count = patient ? 1 : this.count + 1
    if (!patient) this.hurry(typed ? PATIENCE.typed : PATIENCE.sent, now)
  }

  /** A later signal never gives more time. */
  private hurry(patience: (typeof PATIENCE)['typed' | 'sent'], now: number): void {
    const [term, kill] = patience[this.count - 1] ?? [0, 0]
    if (now + kill >= this.killAt) return
    this.killAt = now + kill
    this.forgetTimers()
    this.timers = [
      ...(kill > 0 ? [setTimeout(() => this.process.kill('SIGTERM'), term)] : []),
      setTimeout(() => this.process.kill('SIGKILL'), kill),
      setTimeout(() => this.leave(), kill + KILLED_WITHIN),
    ]
  }

  private forgetTimers(): void {
    for (const timer of this.timers) clearTimeout(timer)
  }
}

/** What a terminal sends to its whole foreground group, the child included. */
export const isTyped = (signal: Signal): boolean =>
  (signal === 'SIGINT' || signal === 'SIGQUIT') && isForeground()

function isForeground(): boolean {
  if (process.platform !== 'linux') return [0, 1, 2].some((descriptor) => isatty(descriptor))
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return group === foreground
  } catch {
    return false
  }
}
