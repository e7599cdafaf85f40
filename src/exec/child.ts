/**
 * The command that `session exec` runs: with our streams, in our process group, told of every signal, and ended when
 * it does not end by itself.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Signal } from '../interrupts.ts'

export interface ChildEnd {
  /** Null when a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
}

/** Milliseconds to TERM and to KILL after the first and the second signal; after a third it is killed at once. */
const PATIENCE = [
  [10_000, 12_000],
  [1_500, 3_000],
] as const
/** A second Ctrl-C within this time means it. */
const INSISTING = 3_000

export class Child {
  readonly ended: Promise<ChildEnd>
  private readonly process: ChildProcess
  private timers: NodeJS.Timeout[] = []
  private count = 0
  private last = 0

  /** @throws through `ended`: what spawn says, such as ENOENT for a script whose interpreter is missing */
  constructor(file: string, [command = file, ...args]: string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(file, args, { argv0: command, stdio: 'inherit', env })
    this.ended = new Promise<ChildEnd>((resolve, reject) => {
      this.process.on('error', reject)
      this.process.on('exit', (code, signal) => resolve({ code, signal }))
    }).finally(() => this.forgetTimers())
  }

  /**
   * Passes a signal on, unless the terminal has done so, and sees to it that the child ends. Only a prompt may take
   * its time: Ctrl-C at one is a key like others, until it is pressed again at once.
   */
  deliver(signal: Signal): void {
    const typed = isTyped(signal)
    if (!typed) this.process.kill(signal)
    const now = Date.now()
    const patient = typed && isatty(0) && now - this.last > INSISTING
    this.last = now
    this.count = patient ? 1 : this.count + 1
    if (!patient) this.hurry()
  }

  private hurry(): void {
    this.forgetTimers()
    const patience = PATIENCE[this.count - 1]
    if (!patience) return void this.process.kill('SIGKILL')
    this.timers = [
      setTimeout(() => this.process.kill('SIGTERM'), patience[0]),
      setTimeout(() => this.process.kill('SIGKILL'), patience[1]),
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
