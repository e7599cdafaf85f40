/** Closing one session, with its receipt. */
import type { Client } from '../../api/client.ts'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { closeSession } from '../../lifecycle/close.ts'
import { secondsUsed } from '../../lifecycle/session.ts'
import { formatDuration } from '../values/duration.ts'

export interface CloseOneOptions {
  waitTimeout: number
  ignoreMissing?: boolean
}

/** Closes one, tells it, and forgets it when its end is confirmed. @throws CliError `not_found`, `close_unconfirmed` */
export async function closeOne(
  context: Context,
  client: Client,
  id: string,
  { waitTimeout, ignoreMissing }: CloseOneOptions,
): Promise<object> {
  const { output } = context
  const progress = output.progress(`Closing ${id}`)
  const request = context.requestOptions()
  const closed = await closeSession(client, id, { waitSeconds: waitTimeout, request }).finally(() =>
    progress.stop(),
  )
  context.current().forget(id)
  context.ledger().forget(id)
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
