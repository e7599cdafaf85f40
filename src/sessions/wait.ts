/** Waiting for what becomes of a session: ready, idle or closed. */
import { getBrowserSession } from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { waitFor } from '../http/wait.ts'
import type { BrowserSession } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { ended, waitUntilReady } from './ready.ts'
import { hasEnded } from './state.ts'

export const SESSION_STATES = ['ready', 'idle', 'closed'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/**
 * Asks until the session is there. A session that ends before is a failure, except for `closed`.
 * @throws CliError `session_ended`, `wait_timeout`; the session stays as it is
 */
export async function waitForSession(
  client: Client,
  sessionId: string,
  state: SessionState,
  limitSeconds: number,
  request: RequestOptions = {},
): Promise<BrowserSession> {
  if (state === 'ready') {
    return (await waitUntilReady(client, sessionId, limitSeconds, request)).session
  }
  const isThere = (session: BrowserSession): boolean =>
    hasEnded(session) || (state === 'idle' && !session.runnable_id)
  const session = await waitFor(
    (question) => getBrowserSession(client, sessionId, { ...request, ...question }),
    {
      done: isThere,
      limit: limitSeconds,
      whenLate: ({ last }) => stillGoing(sessionId, state, last),
    },
  )
  if (state === 'idle' && hasEnded(session)) throw ended(session)
  return session
}

function stillGoing(sessionId: string, state: SessionState, last?: BrowserSession): CliError {
  const occupant = last?.runnable_id
  if (state === 'idle' && occupant) {
    return new CliError('wait_timeout', `Session ${sessionId} is still busy with ${occupant}.`, {
      sessionId,
      runId: occupant,
      hint: `Stop that run: \`skyvern task cancel ${occupant}\``,
    })
  }
  return new CliError('wait_timeout', `Session ${sessionId} is not ${state} yet.`, {
    sessionId,
    hint: state === 'closed' ? `Close it: \`skyvern session close ${sessionId}\`` : undefined,
  })
}
