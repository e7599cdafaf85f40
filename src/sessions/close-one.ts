/** Closing sessions, each with its receipt. */
import type { Client, RequestOptions } from '../http/request.ts'
import type { LedgerEntry } from '../config/ledger.ts'
import type { Context } from '../context.ts'
import { CliError, forEachOf } from '../errors.ts'
import { closeSession } from './close.ts'
import type { Closed } from './close.ts'
import { secondsUsed } from './state.ts'
import { formatDuration } from '../options/duration.ts'
import { AT_ONCE } from '../http/several.ts'
import { countOf } from '../output/count.ts'
import type { Output } from '../output/output.ts'
import { waiting } from '../output/waiting.ts'

export interface CloseOneOptions {
  waitTimeout: number
  ignoreMissing?: boolean
  request?: RequestOptions
  /** What the ledger has of them, where it was read just now. */
  entries?: LedgerEntry[]
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
  return told(output, id, closed, ignoreMissing)
}

function told(output: Output, id: string, closed: Closed, ignoreMissing: boolean): object {
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

/** Closes them ten at a time, whatever happens to each. The ledger is read once: forgetting a thousand takes no longer. */
export async function closeEach(
  context: Context,
  client: Client,
  ids: string[],
  options: CloseOneOptions,
): Promise<{ results: object[]; failures: unknown[] }> {
  const open = new Set(ids)
  const [first = ''] = open
  if (open.size < 2) return forEachOf(open, () => closeOne(context, client, first, options))
  const { output } = context
  const forget = forgetter(context, options.entries)
  const { waitTimeout: waitSeconds, ignoreMissing = false, request } = options
  const inARow = { ...request, inARow: true }
  const text = (): string => `Closing ${countOf([...open], 'session')}`
  const leaving = (): string => `These may still be open and billing: ${closeCommand(open)}`
  return waiting(output, text(), leaving, (progress) =>
    forEachOf(
      [...open],
      async (id) => {
        const closed = await closeSession(client, id, { waitSeconds, request: inARow })
        forget(id)
        open.delete(id)
        progress.update(text())
        return told(output, id, closed, ignoreMissing)
      },
      AT_ONCE,
    ),
  )
}

const closeCommand = (ids: Iterable<string>): string =>
  `skyvern session close ${[...ids].join(' ')}`

/** Forgets sessions whose end is confirmed. */
function forgetter(context: Context, known?: LedgerEntry[]): (id: string) => void {
  const ledger = context.ledger()
  const current = context.current()
  const chosen = current.remembered()
  const byId = new Map((known ?? ledger.entries()).map((entry) => [entry.session_id, entry]))
  return (id) => {
    const entry = byId.get(id)
    if (entry) ledger.remove(entry)
    if (id === chosen) current.forget(id)
  }
}
