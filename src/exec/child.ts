/**
 * The command that `session exec` runs. It shares the streams and the process group of the tool, receives every signal,
 * and is killed if it does not exit in time.
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
 * Milliseconds until TERM and KILL after the first and the second signal. A third signal kills the command at once.
 * Docker and CI services kill everything about ten seconds after their first signal; the session must be closed by then.
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
/** Milliseconds after KILL. A command that still runs then, such as one of another user, is left running. */
const KILLED_WITHIN = 1_000
/** Milliseconds. A second Ctrl-C within this time ends the command, even one that is interactive. */
const INSISTING = 3_000

export class Child {
  readonly ended: Promise<ChildEnd>
  private readonly process: ChildProcess
  private timers: NodeJS.Timeout[] = []
  private count = 0
  /** When a signal was last delivered, by `uptime`. */
  private last = -Infinity
  /** The latest time at which it is killed, by the same clock. */
  private killAt = Infinity
  private leave = (): void => {}

  /** `ended` rejects with the error of spawn, such as ENOENT for a script whose interpreter is missing. */
  constructor(file: string, [command = file, ...args]: string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(file, args, { argv0: command, stdio: 'inherit', env })
    this.ended = new Promise<ChildEnd>((resolve, reject) => {
      this.process.once('error', reject)
      // A later error means that a signal could not be sent, because the command has exited.
      this.process.once('spawn', () => this.process.off('error', reject).on('error', () => {}))
      this.process.on('exit', (code, signal) => resolve({ code, signal }))
      this.leave = () => resolve({ code: null, signal: 'SIGKILL' })
    }).finally(() => this.forgetTimers())
  }

  /**
   * Passes a signal on, unless it was typed, because the terminal has already sent it. Then sets the time limits. A
   * single Ctrl-C sets none if stdin is a terminal: an interactive program may use it as a key.
   */
  deliver(signal: Signal, typed: boolean): void {
    if (!typed) this.process.kill(signal)
    const now = uptime()
    const patient = typed && isatty(0) && now - this.last > INSISTING
    this.last = now
    this.count = patient ? 1 : this.count + 1
    if (!patient) this.hurry(typed ? PATIENCE.typed : PATIENCE.sent, now)
  }

  /** Sets the time limits. A later signal never extends them. */
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

/** Whether a terminal sent the signal. It sends these to its whole foreground group, which includes the child. */
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
