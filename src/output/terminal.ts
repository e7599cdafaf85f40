/** What the streams are: where colour, animation and questions are possible. Decided once, per stream. */
import { Sink } from './sink.ts'

export interface Terminal {
  stdout: Sink
  stderr: Sink
  readonly stdin: NodeJS.ReadStream
  env: NodeJS.ProcessEnv
  /** Whether somebody reads stdout on a terminal. */
  interactive: boolean
  /** A spinner: stderr is a terminal that has columns (with none, ora never ends) and is no CI log. */
  canAnimate: boolean
  /** A question: somebody is there to answer it. */
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
    // Node opens standard input when it is first asked for, and few commands need it.
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

/** Whether a stream gets colour. `NO_COLOR` is obeyed here because chalk does not obey it. */
export function hasColor(sink: Sink, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return sink.interactive && env['TERM'] !== 'dumb'
}
