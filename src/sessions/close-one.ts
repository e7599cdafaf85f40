/** Closing sessions, each with its receipt. */
import type { Client, RequestOptions } from '../http/request.ts'
import type { Context } from '../context.ts'
import { CliError, forEachOf } from '../errors.ts'
import { closeSession } from './close.ts'
import type { Closed } from './close.ts'
import { secondsUsed } from './state.ts'
import { formatDuration } from '../options/duration.ts'
import { waiting } from '../output/waiting.ts'

export interface CloseOneOptions {
  waitTimeout: number
  ignoreMissing?: boolean
  request?: RequestOptions
}

/** Closes one, tells it, and forgets it when its end is confirmed. @throws CliError `not_found`, `close_unconfirmed` */
export async function closeOne(
  context: Context,
  client: Client,
  id: string,
  { waitTimeout, ignoreMissing, request = {} }: CloseOneOptions,
): Promise<object> {
  const leaving = `Session ${id} may still be open and billing: skyvern session close ${id}`
  const closed = await waiting(context.output, `Closing ${id}`, leaving, () =>
    closeSession(client, id, { waitSeconds: waitTimeout, request }),
  )
  return tellClosed(context, id, closed, ignoreMissing)
}

/** Tells and forgets one that was closed. @throws CliError `not_found` */
export function tellClosed(
  context: Context,
  id: string,
  closed: Closed,
  ignoreMissing = false,
): object {
  const { output } = context
  context.current().forget(id)
  context.ledger().forget(id)
  if (output.made?.sessionId === id) output.made = undefined
  if (closed.outcome === 'gone') {
    if (!ignoreMissing) {
      throw new CliError('not_found', `The server knows no session ${id}.`, {
        sessionId: id,
        httpStatus: 404,
      })
    }
    output.note(`The server knows no session ${id}.`)
    return { browser_session_id: id, status: null }
  }
  const { session } = closed
  output.done(`Session ${id} ${session.status}, used ${formatDuration(secondsUsed(session))}`)
  return session
}

/** Closes one after the other, whatever happens to each. */
export const closeEach = (
  context: Context,
  client: Client,
  ids: string[],
  options: CloseOneOptions,
): Promise<{ results: object[]; failures: unknown[] }> =>
  forEachOf(new Set(ids), (id) => closeOne(context, client, id, options))
