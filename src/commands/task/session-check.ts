/**
 * A look at the session before a task is submitted: a server takes a task for a busy or closed session, and lets the
 * run fail.
 */
import { getBrowserSession } from '../../api/browser-sessions.ts'
import type { Client } from '../../api/client.ts'
import { ApiError } from '../../api/errors.ts'
import { getRun, isFinal } from '../../api/runs.ts'
import type { BrowserSession } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { poll, PollTimeout } from '../../api/poll.ts'
import { ended } from '../../lifecycle/ready.ts'
import { earliestEnd, hasEnded } from '../../lifecycle/session.ts'
import { formatDuration } from '../values/duration.ts'
import type { TaskOptions } from './options.ts'

/** @throws CliError `session_ended`, `session_busy`, `not_found` */
export async function checkSession(
  context: Context,
  client: Client,
  sessionId: string,
  options: TaskOptions,
): Promise<void> {
  let session = await getBrowserSession(client, sessionId)
  if (session.runnable_id && options.whenIdle && !hasEnded(session)) {
    session = await waitUntilIdle(context, client, session, options.waitTimeout)
  }
  if (hasEnded(session)) {
    context.current().forget(sessionId)
    throw ended(session)
  }
  if (session.runnable_id) throw await busy(client, session, session.runnable_id)
  const left = (earliestEnd(session) - Date.now()) / 1000
  if (options.wait && left < options.waitTimeout) {
    context.warn(
      `The session ends in ${formatDuration(Math.max(0, left))} at the earliest, before the wait of ${formatDuration(options.waitTimeout)} does.`,
    )
  }
}

async function waitUntilIdle(
  context: Context,
  client: Client,
  session: BrowserSession,
  limitSeconds: number,
): Promise<BrowserSession> {
  const { browser_session_id: id, runnable_id: occupant } = session
  const progress = context.output.progress(`Waiting for ${occupant} to leave ${id}`)
  try {
    return await poll(() => getBrowserSession(client, id, { maxRetries: 0 }), {
      isDone: (found) => !found.runnable_id || hasEnded(found),
      limit: limitSeconds * 1000,
    })
  } catch (error) {
    if (error instanceof PollTimeout) throw await busy(client, session, occupant ?? '')
    throw error
  } finally {
    progress.stop()
  }
}

/** Some servers never release a session after a run of the first engine: say so, instead of letting people wait. */
async function busy(client: Client, session: BrowserSession, occupant: string): Promise<CliError> {
  const id = session.browser_session_id
  const over = await hasRunEnded(client, occupant)
  const hint = over
    ? 'That run is over and this server did not release the session. Open a new one; in a session, use --engine skyvern-2.0.'
    : `Wait for it with --when-idle, or stop it: \`skyvern task cancel ${occupant}\``
  return new CliError('session_busy', `Session ${id} is occupied by ${occupant}.`, {
    sessionId: id,
    runId: occupant,
    retryable: !over,
    hint,
  })
}

async function hasRunEnded(client: Client, runId: string): Promise<boolean> {
  try {
    return isFinal(await getRun(client, runId, { maxRetries: 0 }))
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}
