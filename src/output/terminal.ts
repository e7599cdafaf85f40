/** What each stream can do: colour, animation, questions. */
import { Sink } from './sink.ts'

export interface Terminal {
  stdout: Sink
  stderr: Sink
  readonly stdin: NodeJS.ReadStream
  env: NodeJS.ProcessEnv
  /** Whether stdout is a terminal. */
  interactive: boolean
  /** Whether a spinner can be drawn: stderr is a terminal with a width (otherwise ora never ends), and not a CI log. */
  canAnimate: boolean
  /** Whether a question can be answered. */
  readonly canPrompt: boolean
}

export function systemTerminal(): Terminal {
  const { env } = process
  const stdout = new Sink(1, () => process.stdout)
  const stderr = new Sink(2, () => process.stderr)
  const attended = !env['CI'] && env['TERM'] !== 'dumb'
  return {
    stdout,
    stderr,
    // A getter, because Node opens standard input on first use, and few commands need it.
    get stdin() {
      return process.stdin
    },
    env,
    interactive: stdout.interactive,
    canAnimate: Boolean(stderr.columns) && attended,
    get canPrompt() {
      return process.stdin.isTTY === true && stderr.interactive && !env['CI']
    },
  }
}

/** Whether a stream gets colour. chalk does not respect `NO_COLOR`, so it is checked here. */
export function hasColor(sink: Sink, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return sink.interactive && env['TERM'] !== 'dumb'
}
