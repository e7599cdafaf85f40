/**
 * Checks the session before a run is submitted: a server accepts a run for a busy or closed session, and lets it fail.
 */
import { getBrowserSession } from '../api/endpoints.ts'
import type { BrowserSession } from '../api/types.ts'
import type { Client } from '../http/request.ts'
import type { Context } from '../context.ts'
import { sessionBusy, waitUntilIdle } from '../sessions/busy.ts'
import { hasEnded, secondsLeft, sessionEnded } from '../sessions/state.ts'
import { formatDuration } from '../output/words.ts'
import type { RunOptions } from './options.ts'
import { waiting } from '../output/waiting.ts'

/** The session, open and idle. @throws CliError `session_ended`, `session_busy`, `not_found` */
export async function checkSession(
  context: Context,
  client: Client,
  sessionId: string,
  options: RunOptions,
): Promise<BrowserSession> {
  let session = await getBrowserSession(client, sessionId)
  if (session.runnable_id && options.whenIdle && !hasEnded(session)) {
    const busySession = session
    const text = `Waiting for ${session.runnable_id} to release ${sessionId}`
    session = await waiting(context.output, text, 'Nothing was submitted.', () =>
      waitUntilIdle(client, busySession, options.waitTimeout),
    )
  }
  if (hasEnded(session)) {
    context.current().forget(sessionId)
    throw sessionEnded(session)
  }
  if (session.runnable_id) throw await sessionBusy(client, session)
  const left = secondsLeft(session, client)
  if (options.wait && left < options.waitTimeout) {
    context.warn(
      `The session ends in ${formatDuration(Math.max(0, left))} at the earliest, before the wait of ${formatDuration(options.waitTimeout)} does.`,
    )
  }
  return session
}
