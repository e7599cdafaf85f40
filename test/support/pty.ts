/** A terminal with somebody at it. */
import { spawn } from '@lydell/node-pty'
import { onTestFinished } from 'vitest'
import { BINARY } from './cli.ts'
import type { Cli } from './cli.ts'

export interface TerminalEnd {
  code: number
  /** The number of the signal that ended it; 0 for none. */
  signal: number
}

/** The width of the terminal, and the folder that the process starts in. */
export interface TerminalPlace {
  cols?: number
  cwd?: string
}

export const CTRL_C = '\u0003'

/** A process on a terminal of its own: its session leader, and in its foreground. */
export class TestTerminal {
  output = ''
  readonly end: Promise<TerminalEnd>
  private readonly pty
  private listeners: (() => void)[] = []

  constructor(
    file: string,
    args: string[],
    env: Record<string, string>,
    place: TerminalPlace = {},
  ) {
    const { cols = 120, cwd } = place
    this.pty = spawn(file, args, { env: { TERM: 'xterm', ...env }, cols, rows: 40, cwd })
    this.pty.onData((text) => {
      this.output += text
      for (const listener of this.listeners) listener()
    })
    this.end = new Promise((resolve) => {
      this.pty.onExit(({ exitCode, signal }) => resolve({ code: exitCode, signal: signal ?? 0 }))
    })
    let ended = false
    void this.end.then(() => (ended = true))
    onTestFinished(() => {
      if (!ended) this.pty.kill('SIGKILL')
    })
  }

  type(text: string): void {
    this.pty.write(text)
  }

  /** Closes the terminal. */
  hangUp(): void {
    this.pty.kill('SIGHUP')
  }

  /** Resolves when the text has been shown, for the nth time. */
  async shows(text: string, times = 1): Promise<void> {
    const shown = (): boolean => this.output.split(text).length > times
    while (!shown()) {
      await Promise.race([
        new Promise<void>((resolve) => this.listeners.push(resolve)),
        this.end.then(() => {
          if (!shown()) throw new Error(`ended, and never showed ${text}: ${this.output}`)
        }),
      ])
    }
  }
}

/** The binary on a terminal of its own. */
export const onTerminal = (
  cli: Cli,
  args: string[],
  env: Record<string, string | undefined> = {},
  place: TerminalPlace = {},
): TestTerminal =>
  new TestTerminal(process.execPath, [BINARY, ...args], cli.environment(env), place)
