/** `session extend`: lets an open session live longer. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { extendBrowserSession, getBrowserSession } from '../../api/endpoints.ts'
import type { Client } from '../../http/request.ts'
import type { BrowserSession } from '../../api/types.ts'
import { ApiError, isInDoubt } from '../../http/errors.ts'
import type { Context } from '../../context.ts'
import { CliError, usageError } from '../../errors.ts'
import { isUnknownSession } from '../../sessions/close.ts'
import { earliestEnd, hasEnded } from '../../sessions/state.ts'
import { secondsOf } from '../../options/duration.ts'

export function define(command: Command, context: Context): void {
  command
    .usage('[options] [session] <time>')
    .argument('[session]', 'Id or name; the current session without it')
    .argument('[time]', 'How much longer: minutes, or 90m or 2h')
    .option('--by <time>', 'The same as an option', parseMinutes)
    .action((first?: string, second?: string, { by }: { by?: number } = {}) => {
      const { given, minutes } = meant(first, second, by)
      return extend(context, given, minutes)
    })
}

/** One argument is the time, two are the session and the time; with `--by` one is the session. */
function meant(
  first: string | undefined,
  second: string | undefined,
  by: number | undefined,
): { given: string | undefined; minutes: number } {
  if (by !== undefined) {
    if (second === undefined) return { given: first, minutes: by }
    throw usageError('The time is given twice. Use either the argument or --by.')
  }
  const time = second ?? first
  if (time === undefined) throw usageError('The time is missing.', EXAMPLE)
  try {
    return { given: second === undefined ? undefined : first, minutes: parseMinutes(time) }
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw usageError(`"${time}" is not a time. ${error.message}`, EXAMPLE)
  }
}

const EXAMPLE =
  'For example: `skyvern session extend 30`, or with a session: `skyvern session extend shop 30`.'

async function extend(context: Context, given: string | undefined, minutes: number): Promise<void> {
  const { output, globals } = context
  const id = context.sessionId(given)
  const client = await context.client()
  try {
    const body = { additional_minutes: minutes }
    const session = await extendBrowserSession(client, id, body, context.requestOptions())
    if (session.warning && globals.strict) {
      throw new CliError('api_error', session.warning, { sessionId: id })
    }
    if (session.warning) context.warn(session.warning)
    output.done(`Session ${id} ${lifeOf(session)}`)
    output.result(session, '')
  } catch (error) {
    if (isInDoubt(error)) throw await unconfirmed(client, id, minutes, error)
    throw error instanceof ApiError ? toldAsWhatItIs(error, id) : error
  }
}

function lifeOf(session: BrowserSession): string {
  const end = earliestEnd(session)
  const until = Number.isNaN(end) ? '' : `, until ${new Date(end).toISOString()} at the earliest`
  return `lives ${session.timeout} min in all${until}`
}

/**
 * The minutes may have been added, and a second request would add them again. The error says how long the session lives
 * now, so that the user can decide.
 */
async function unconfirmed(
  client: Client,
  sessionId: string,
  minutes: number,
  cause: ApiError,
): Promise<CliError> {
  const now = await getBrowserSession(client, sessionId).catch((error: unknown) => {
    if (error instanceof ApiError) return error
    throw error
  })
  const life =
    now instanceof ApiError
      ? `How long it lives now could not be read either (${now.message})`
      : hasEnded(now)
        ? `It has ended (${now.status})`
        : `It ${lifeOf(now)}`
  const message = `It is not known whether ${minutes} min were added to session ${sessionId}`
  return new CliError('extend_unconfirmed', `${message}: ${cause.message}. ${life}.`, {
    sessionId,
    httpStatus: cause.status,
    hint: `Look before you extend it again, because that adds once more: \`skyvern session get ${sessionId}\``,
  })
}

function toldAsWhatItIs(error: ApiError, sessionId: string): Error {
  const details = { sessionId, httpStatus: error.status ?? 0 }
  if (error.kind === 'not_found' && !isUnknownSession(error)) {
    return new CliError('api_error', 'This server cannot extend sessions.', {
      ...details,
      hint: 'Set the time when you create a session: `--timeout`',
    })
  }
  if (error.kind !== 'conflict') return error
  const code = /has (already ended|expired)/.test(error.message) ? 'session_ended' : 'api_error'
  return new CliError(code, error.message, details)
}

function parseMinutes(text: string): number {
  const minutes = (secondsOf(text, 'm') ?? 0) / 60
  if (Number.isInteger(minutes) && minutes >= 1) return minutes
  throw new InvalidArgumentError('It takes whole minutes, or a duration such as 90m or 2h.')
}
