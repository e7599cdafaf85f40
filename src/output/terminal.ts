/** What the streams are: where colour, animation and questions are possible. Decided once, per stream. */

export interface Environment {
  [name: string]: string | undefined
}

export interface Terminal {
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
  env: Environment
  /** Whether somebody reads stdout on a terminal. */
  interactive: boolean
  /** A spinner: stderr is a terminal that has columns (with none, ora never ends) and is no CI log. */
  canAnimate: boolean
  /** A question: somebody is there to answer it. */
  readonly canPrompt: boolean
}

export function systemTerminal(): Terminal {
  const { stdout, stderr, env } = process
  // Reading ended early (`| head -1`): quiet, and nothing is wrong.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
  stderr.on('error', () => {})
  const attended = !env['CI'] && env['TERM'] !== 'dumb'
  return {
    stdout,
    stderr,
    // Node opens standard input when it is first asked for, and few commands need it.
    get stdin() {
      return process.stdin
    },
    env,
    interactive: stdout.isTTY === true,
    canAnimate: stderr.isTTY === true && stderr.columns > 0 && attended,
    get canPrompt() {
      return process.stdin.isTTY === true && stderr.isTTY === true && !env['CI']
    },
  }
}

/** Whether a stream gets colour. `NO_COLOR` is obeyed here because chalk does not obey it. */
export function hasColor(stream: NodeJS.WriteStream, env: Environment): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
