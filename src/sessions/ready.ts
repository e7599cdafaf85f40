/** Waiting for the browser of a session. */
import { getBrowserSession } from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import type { BrowserSession } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { waitFor } from '../http/wait.ts'
import type { Question } from '../http/wait.ts'
import { uptime } from '../http/clock.ts'
import { startsLazily } from './self-hosted.ts'
import { hasEnded, isReady } from './state.ts'

/** A self-hosted server may start the browser only with the first task; asked after this many seconds. */
const LAZY_CHECK = 4_000

export type Readiness = { state: 'ready' | 'lazy'; session: BrowserSession }

/**
 * Asks until the session's browser is up, or the server turns out to start it with the first task (`lazy`).
 * @throws CliError `session_ended`, `wait_timeout`
 */
export async function waitUntilReady(
  client: Client,
  sessionId: string,
  limitSeconds: number,
  request: RequestOptions = {},
): Promise<Readiness> {
  const started = uptime()
  let lazy: boolean | undefined
  const ask = async (question: Question): Promise<BrowserSession> => {
    const session = await getBrowserSession(client, sessionId, { ...request, ...question })
    if (!isReady(session) && lazy === undefined && uptime() - started > LAZY_CHECK) {
      lazy = await startsLazily(client)
    }
    return session
  }
  const session = await waitFor(ask, {
    done: (found) => isReady(found) || hasEnded(found) || lazy === true,
    limit: limitSeconds,
    signal: request.abortSignal,
    whenLate: () =>
      new CliError('wait_timeout', `Session ${sessionId} is not ready yet. It stays open.`, {
        sessionId,
        hint: `Wait on: \`skyvern session wait ${sessionId}\`, or close it: \`skyvern session close ${sessionId}\``,
      }),
  })
  if (hasEnded(session)) throw ended(session)
  return { state: isReady(session) ? 'ready' : 'lazy', session }
}

export const ended = (session: BrowserSession): CliError =>
  new CliError(
    'session_ended',
    `Session ${session.browser_session_id} has ended (${session.status}).`,
    { sessionId: session.browser_session_id, hint: 'Open a new one: `skyvern session create`' },
  )
