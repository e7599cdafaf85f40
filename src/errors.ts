/** Failures with a code for scripts, an exit status, a message and a hint. */
import { ApiError, DryRun } from './http/errors.ts'
import { severalAtOnce } from './http/several.ts'
import type { Run } from './api/types.ts'
import { hintOf } from './hints.ts'
import type { LocalError } from './local/door.ts'

/** Every error code with its exit status. Both are documented in `docs/exit-codes.md`. */
export const EXIT_OF = {
  usage: 2,
  auth_missing: 4,
  auth_rejected: 4,
  not_found: 5,
  no_current_session: 5,
  session_ended: 5,
  session_busy: 6,
  conflict: 6,
  network: 7,
  timeout: 7,
  wait_timeout: 124,
  close_unconfirmed: 75,
  create_unconfirmed: 75,
  extend_unconfirmed: 75,
  run_failed: 3,
  run_terminated: 3,
  run_timed_out: 3,
  run_canceled: 3,
  rate_limited: 1,
  payment_required: 1,
  bad_response: 1,
  api_error: 1,
  internal: 1,
} as const

export type ErrorCode = keyof typeof EXIT_OF

export interface ErrorDetails {
  /** What to do next. Commands are in backquotes. */
  hint?: string
  httpStatus?: number
  retryable?: boolean
  sessionId?: string
  runId?: string
  /** The run that ended without success. */
  run?: Run
  /** Sessions or runs that a request in doubt may have made. */
  possible?: { sessions?: string[]; runs?: string[] }
  /** In place of the code's exit status: `session exec` has its own. */
  exit?: number
}

export class CliError extends Error {
  override readonly name = 'CliError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message)
  }
  get exit(): number {
    return this.details.exit ?? EXIT_OF[this.code]
  }
}

/** The exit status of the command of `session exec`, which has already printed its own errors. */
export class ExitStatus extends Error {
  override readonly name = 'ExitStatus'
  constructor(readonly status: number) {
    super(`exit ${status}`)
  }
}

export const usageError = (message: string, hint?: string): CliError =>
  new CliError('usage', message, { hint })

/** The given id is empty. */
export const emptyId = (): CliError =>
  usageError('The id is empty.', 'Check the variable of your script: it is probably not set.')

const CODE_OF_KIND = {
  auth: 'auth_rejected',
  not_found: 'not_found',
  conflict: 'conflict',
  gone: 'session_ended',
  payment: 'payment_required',
  rate_limited: 'rate_limited',
  api: 'api_error',
  bad_response: 'bad_response',
  network: 'network',
  timeout: 'timeout',
  aborted: 'internal',
  config: 'usage',
} as const satisfies Record<ApiError['kind'], ErrorCode>

/** Turns any failure into a CliError. An unexpected one becomes `internal`. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (isLocalError(error)) {
    const code = error.code === 'taken' ? 'conflict' : 'network'
    return new CliError(code, error.message, { hint: error.hint })
  }
  if (isFileError(error)) {
    return new CliError('internal', `${error.message}.`, {
      hint: 'See where files are: `skyvern config path`. SKYVERN_CONFIG_DIR moves them.',
    })
  }
  if (!(error instanceof ApiError)) {
    const message = error instanceof Error ? error.message : String(error)
    return new CliError('internal', `Unexpected: ${sentence(message)}`, {
      hint: 'This is a bug. `--debug` shows the stack.',
    })
  }
  return new CliError(CODE_OF_KIND[error.kind], sentence(error.message), {
    retryable: error.transient && !error.mayHaveHappened,
    httpStatus: error.status,
    hint: hintOf(error),
  })
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

/**
 * Does the work for each item, even if some fail; `throwGravest` reports the failures. A dry run ends each item early,
 * which does not count as a failure.
 */
export async function forEachOf<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
  atOnce = 1,
): Promise<{ results: Result[]; failures: unknown[] }> {
  const failures: unknown[] = []
  const settled = await severalAtOnce([...items], atOnce, async (item): Promise<Result[]> => {
    try {
      return [await work(item)]
    } catch (error) {
      if (!(error instanceof DryRun)) failures.push(error)
      return []
    }
  })
  return { results: settled.flat(), failures }
}

/** The same failure, with the id of the session or run that stays open. */
export function withLeftover(
  error: unknown,
  left: Pick<ErrorDetails, 'sessionId' | 'runId'>,
  next: string,
): CliError {
  const { code, message, details } = toCliError(error)
  const hint = details.hint === undefined ? next : `${details.hint}\n${next}`
  return new CliError(code, message, { ...details, ...left, hint })
}

/** A phrase about billing; empty for the embedded backend, which does not bill. */
export const ifBilled = (server: { ephemeral?: boolean }, words: string): string =>
  server.ephemeral ? '' : words

/** A session or run that this process created, and that goes on if something fails. */
export interface Made {
  sessionId?: string
  runId?: string
  /** False once it has ended: it no longer bills, but its id may not have been printed yet. */
  open: boolean
}

/** These errors already say what goes on. */
const SAYS_MORE: ReadonlySet<ErrorCode> = new Set([
  'wait_timeout',
  'session_ended',
  'session_busy',
  'close_unconfirmed',
  'create_unconfirmed',
  'run_failed',
  'run_terminated',
  'run_timed_out',
  'run_canceled',
])

/** A failure after a create or submit: it names what was created, and its exit status is 75. */
export function afterMaking(error: CliError, { sessionId, runId, open }: Made): CliError {
  const { code, message, details } = error
  if (SAYS_MORE.has(code) || details.exit !== undefined) return error
  const what = runId === undefined ? `Session ${sessionId} stays open` : `Run ${runId} goes on`
  const next =
    runId === undefined
      ? `Close it: \`skyvern session close ${sessionId}\``
      : `See it: \`skyvern task get ${runId}\``
  const left = open ? `${what}.` : `Run ${runId} has ended.`
  return new CliError('create_unconfirmed', `${sentence(message)} ${left}`, {
    ...details,
    sessionId: sessionId ?? details.sessionId,
    runId: runId ?? details.runId,
    hint: [details.hint, next].filter(Boolean).join('\n'),
  })
}

/** Whether it is an error of the file system, which is not a bug. */
export const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error &&
  'syscall' in error &&
  // The error of a failed write does not have a path.
  ('path' in error || ('code' in error && /^(ENOSPC|EDQUOT|EFBIG|EIO)$/.test(String(error.code))))

/** Checked by name, because only commands that use the embedded backend load its classes. */
const isLocalError = (error: unknown): error is LocalError =>
  error instanceof Error && error.name === 'LocalError'
