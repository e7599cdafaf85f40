/** Closes sessions and verifies that they have ended: a session that was only asked to end may go on billing. */
import { closeBrowserSession, getBrowserSession } from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import type { BrowserSession } from '../api/types.ts'
import { CliError, ifBilled, forEachOf, toCliError } from '../errors.ts'
import { waitFor, WaitTimeout } from '../http/wait.ts'
import { hasEnded, secondsUsed } from './state.ts'
import type { LedgerEntry } from '../config/ledger.ts'
import type { Context } from '../context.ts'
import { countOf, formatDuration } from '../output/words.ts'
import { AT_ONCE } from '../http/several.ts'
import type { Output } from '../output/output.ts'
import { waiting } from '../output/waiting.ts'

export type Closed =
  | { outcome: 'closed'; session: BrowserSession }
  /** The server does not know the session, or no longer. */
  | { outcome: 'gone' }

export interface CloseOptions {
  /** Seconds until the end must be confirmed. */
  waitSeconds: number
  request?: RequestOptions
}

/** Seconds for one look, so that one that hangs does not use up the wait. */
const LOOK_TIMEOUT = 15

/**
 * Closes a session and waits until it has ended.
 * @throws CliError `close_unconfirmed` · ApiError if the server clearly refused the close
 */
export async function closeSession(
  client: Client,
  sessionId: string,
  { waitSeconds, request }: CloseOptions,
): Promise<Closed> {
  const failure = await askToClose(client, sessionId, request)
  if (failure && isUnknownSession(failure)) return { outcome: 'gone' }
  if (failure && !mayBeClosed(failure)) throw failure
  try {
    const timeoutInSeconds = Math.min(client.timeoutInSeconds ?? LOOK_TIMEOUT, LOOK_TIMEOUT)
    const session = await waitFor(
      (poll) => getBrowserSession(client, sessionId, { ...poll, timeoutInSeconds }),
      { done: hasEnded, limit: waitSeconds },
    )
    return { outcome: 'closed', session }
  } catch (error) {
    if (error instanceof ApiError && isUnknownSession(error)) return { outcome: 'gone' }
    throw unconfirmed(client, sessionId, failure ?? error)
  }
}

async function askToClose(
  client: Client,
  sessionId: string,
  request?: RequestOptions,
): Promise<ApiError | undefined> {
  try {
    await closeBrowserSession(client, sessionId, request)
    return undefined
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

/** A 404 can also mean that the key's organization is gone, or that the base URL is wrong. */
export const isUnknownSession = (error: ApiError): boolean =>
  error.kind === 'not_found' && (error.detail ?? '').startsWith('Browser session')

/** Whether a look is worthwhile, because the close may have worked. If it never arrived, the session goes on billing. */
const mayBeClosed = ({ fate, kind, transient }: ApiError): boolean =>
  fate === 'in doubt' || transient || kind === 'network' || kind === 'bad_response'

function unconfirmed(client: Client, sessionId: string, cause: unknown): CliError {
  const open = mayBeOpen(client, `Session ${sessionId}`)
  return new CliError(
    'close_unconfirmed',
    cause instanceof WaitTimeout && cause.silence
      ? `${open}.${cause.silence}`
      : `${open}: ${reasonFor(cause)}.`,
    {
      sessionId,
      hint: `Try again: \`skyvern session close ${sessionId}\`, or look: \`skyvern session get ${sessionId}\``,
    },
  )
}

const mayBeOpen = (client: Client, what: string): string =>
  `${what} may still be open${ifBilled(client, ' and billing')}`

function reasonFor(cause: unknown): string {
  if (cause instanceof WaitTimeout) return 'it is still open'
  return cause instanceof Error ? cause.message : String(cause)
}

/** The failure of a close that the user did not ask for: whatever went wrong, the session may still be open. */
export function asUnconfirmed(client: Client, id: string, error: unknown): CliError {
  if (error instanceof CliError && error.code === 'close_unconfirmed') return error
  const { message, details } = toCliError(error)
  return new CliError('close_unconfirmed', `${mayBeOpen(client, `Session ${id}`)}: ${message}`, {
    ...details,
    sessionId: id,
    hint: `Try again: \`skyvern session close ${id}\``,
  })
}

/** Reported when a signal ends the process before the end of the session is confirmed. */
export const abandonedClose = (client: Client, id: string): CliError =>
  new CliError(
    'close_unconfirmed',
    `Stopped before the end of session ${id} was confirmed. ${mayBeOpen(client, 'It')}.`,
    {
      sessionId: id,
      hint: `Close it: \`skyvern session close ${id}\``,
    },
  )

export interface CloseOneOptions {
  waitTimeout: number
  ignoreMissing?: boolean
  request?: RequestOptions
  /** Their ledger entries, if the caller has just read them. */
  entries?: LedgerEntry[]
}

/** Closes one session, prints its receipt, and forgets it once its end is confirmed. @throws CliError `not_found`, `close_unconfirmed` */
export async function closeOne(
  context: Context,
  client: Client,
  id: string,
  { waitTimeout, ignoreMissing, request = {} }: CloseOneOptions,
): Promise<object> {
  const abandonText = `${mayBeOpen(client, `Session ${id}`)}: skyvern session close ${id}`
  const closed = await waiting(context.output, `Closing ${id}`, abandonText, () =>
    closeSession(client, id, { waitSeconds: waitTimeout, request }),
  )
  return tellClosed(context, id, closed, ignoreMissing)
}

/** Prints the receipt of a closed session and forgets it. @throws CliError `not_found` */
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
  return printClosed(output, id, closed, ignoreMissing)
}

function printClosed(output: Output, id: string, closed: Closed, ignoreMissing: boolean): object {
  if (closed.outcome === 'gone') {
    if (!ignoreMissing) {
      throw new CliError('not_found', `The server does not know session ${id}.`, {
        sessionId: id,
        httpStatus: 404,
      })
    }
    output.note(`The server does not know session ${id}.`)
    return { browser_session_id: id, status: null }
  }
  const { session } = closed
  output.done(`Session ${id} ${session.status}, used ${formatDuration(secondsUsed(session))}`)
  return session
}

/** Closes sessions ten at a time; the failure of one does not stop the others. Reads the ledger only once. */
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
  const text = (): string => `Closing ${countOf({ length: open.size }, 'session')}`
  const abandonText = (): string => `${mayBeOpen(client, 'These')}: ${closeCommand(open)}`
  return waiting(output, text(), abandonText, (progress) =>
    forEachOf(
      [...open],
      async (id) => {
        const closed = await closeSession(client, id, { waitSeconds, request: inARow })
        forget(id)
        open.delete(id)
        progress.update(text())
        return printClosed(output, id, closed, ignoreMissing)
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
