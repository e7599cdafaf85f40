/** Waits until a session is ready, idle or closed. */
import { getBrowserSession } from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { waitFor } from '../http/wait.ts'
import type { WaitTimeout } from '../http/wait.ts'
import type { BrowserSession } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { hasEnded, isReady, sessionEnded } from './state.ts'
import type { PollOptions } from '../http/wait.ts'
import { uptime } from '../http/clock.ts'
import { startsLazily } from './self-hosted.ts'

export const SESSION_STATES = ['ready', 'idle', 'closed'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/**
 * Waits until the session has the state. If it ends before, that is a failure, except for `closed`.
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
    (poll) => getBrowserSession(client, sessionId, { ...request, ...poll }),
    {
      done: isThere,
      limit: limitSeconds,
      whenLate: (late) => stillGoing(sessionId, state, late),
    },
  )
  if (state === 'idle' && hasEnded(session)) throw sessionEnded(session)
  return session
}

function stillGoing(
  sessionId: string,
  state: SessionState,
  { last, failure }: WaitTimeout<BrowserSession>,
): CliError {
  const occupant = last?.runnable_id
  if (state === 'idle' && occupant && !failure) {
    return new CliError('wait_timeout', `Session ${sessionId} is still busy with ${occupant}.`, {
      sessionId,
      runId: occupant,
      hint: `Stop that run: \`skyvern task cancel ${occupant}\``,
    })
  }
  const message = failure
    ? `It is not known whether session ${sessionId} is ${state}.`
    : `Session ${sessionId} is not ${state} yet.`
  return new CliError('wait_timeout', message, {
    sessionId,
    hint: state === 'closed' ? `Close it: \`skyvern session close ${sessionId}\`` : undefined,
  })
}

/** Milliseconds after which the server is asked whether it starts the browser only with the first task. */
const LAZY_CHECK = 4_000

export type Readiness = { state: 'ready' | 'lazy'; session: BrowserSession }

/**
 * Waits until the browser is up, or until it is clear that the server starts it with the first task (`lazy`).
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
  const ask = async (poll: PollOptions): Promise<BrowserSession> => {
    const session = await getBrowserSession(client, sessionId, { ...request, ...poll })
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
  if (hasEnded(session)) throw sessionEnded(session)
  return { state: isReady(session) ? 'ready' : 'lazy', session }
}
