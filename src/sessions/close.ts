/** Closing for sure: a session that was asked to end and did not bills on. */
import { closeBrowserSession, getBrowserSession } from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import type { BrowserSession } from '../api/types.ts'
import { CliError, toCliError } from '../errors.ts'
import { waitFor, WaitTimeout } from '../http/wait.ts'
import { hasEnded } from './state.ts'

export type Closed =
  | { outcome: 'closed'; session: BrowserSession }
  /** The server knows no such session (any more). */
  | { outcome: 'gone' }

export interface CloseOptions {
  /** Seconds until the end must be confirmed. */
  waitSeconds: number
  request?: RequestOptions
}

/** Seconds for one look: a hung one would use up the wait. */
const LOOK_TIMEOUT = 15

/**
 * Closes a session and asks until it has ended.
 * @throws CliError `close_unconfirmed` · ApiError when the close was refused and nothing is in doubt
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
      (question) => getBrowserSession(client, sessionId, { ...question, timeoutInSeconds }),
      { done: hasEnded, limit: waitSeconds },
    )
    return { outcome: 'closed', session }
  } catch (error) {
    if (error instanceof ApiError && isUnknownSession(error)) return { outcome: 'gone' }
    throw unconfirmed(sessionId, failure ?? error)
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

/** Worth a look: the close may have worked. What provably never arrived closed nothing, and the session bills on. */
const mayBeClosed = ({ fate, kind, transient }: ApiError): boolean =>
  fate === 'in doubt' || transient || kind === 'network' || kind === 'bad_response'

function unconfirmed(sessionId: string, cause: unknown): CliError {
  const why =
    cause instanceof WaitTimeout
      ? (cause.failure?.message ?? 'it is still open')
      : cause instanceof Error
        ? cause.message
        : String(cause)
  return new CliError(
    'close_unconfirmed',
    `Session ${sessionId} may still be open and billing: ${why}.`,
    {
      sessionId,
      hint: `Try again: \`skyvern session close ${sessionId}\`, or look: \`skyvern session get ${sessionId}\``,
    },
  )
}

/** The failure of a close that nobody asked for by name: whatever it was, the session may be open. */
export function asUnconfirmed(id: string, error: unknown): CliError {
  if (error instanceof CliError && error.code === 'close_unconfirmed') return error
  const { message, details } = toCliError(error)
  return new CliError(
    'close_unconfirmed',
    `Session ${id} may still be open and billing: ${message}`,
    {
      ...details,
      sessionId: id,
      hint: `Try again: \`skyvern session close ${id}\``,
    },
  )
}

/** When a signal ends the process while a session is being closed. */
export const leftBeforeEnd = (id: string): CliError =>
  new CliError('close_unconfirmed', `Left before the end of ${id} was confirmed: it may bill on.`, {
    sessionId: id,
    hint: `Close it: \`skyvern session close ${id}\``,
  })
