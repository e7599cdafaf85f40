/** The run that holds a session: it is working, about to release the session, or stuck in it after its end. */
import { getBrowserSession, getRun } from '../api/endpoints.ts'
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import { waitFor } from '../http/wait.ts'
import type { PollOptions } from '../http/wait.ts'
import { isFinal } from '../api/values.ts'
import { timeOf } from '../http/clock.ts'
import type { BrowserSession } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { hasEnded } from './state.ts'

type Hold = 'works' | 'leaves' | 'stuck'

/** Milliseconds that an ended run may take to release its session, and between two looks at it. */
const LEAVES_WITHIN = 20_000

/**
 * Waits until nothing runs in the session, or it has ended.
 * @throws CliError `session_busy`, at the limit, or as soon as it is clear that the run will not release the session
 */
export async function waitUntilIdle(
  client: Client,
  session: BrowserSession,
  limitSeconds: number,
): Promise<BrowserSession> {
  let looked = 0
  const { browser_session_id: id } = session
  const ask = async (poll: PollOptions): Promise<BrowserSession> => {
    const found = await getBrowserSession(client, id, poll)
    if (!found.runnable_id || Date.now() - looked < LEAVES_WITHIN) return found
    looked = Date.now()
    if ((await holdOf(client, found.runnable_id)) === 'stuck')
      throw await sessionBusy(client, found)
    return found
  }
  return waitFor(ask, {
    done: (found) => !found.runnable_id || hasEnded(found),
    limit: limitSeconds,
    whenLate: () => sessionBusy(client, session),
  })
}

/** Says why nothing can run in the session now, and what to do about it. */
export async function sessionBusy(client: Client, session: BrowserSession): Promise<CliError> {
  const { browser_session_id: sessionId, runnable_id: occupant } = session
  const hold = await holdOf(client, occupant ?? '')
  const hints: Record<Hold, string> = {
    works: `Wait for it with --when-idle, or stop it: \`skyvern task cancel ${occupant}\``,
    leaves: 'That run has ended and is about to release the session: --when-idle waits for it.',
    stuck:
      'That run has ended, and this server did not release the session. Create a new session, and use --engine skyvern-2.0 in it.',
  }
  return new CliError('session_busy', `Session ${sessionId} is occupied by ${occupant}.`, {
    sessionId,
    runId: occupant ?? undefined,
    retryable: hold !== 'stuck',
    hint: hints[hold],
  })
}

/** Open-source servers (1.0.48 to 1.0.56) release a session only after runs of the engine skyvern-2.0. */
async function holdOf(client: Client, runId: string): Promise<Hold> {
  try {
    const run = await getRun(client, runId, { maxRetries: 0 })
    if (!isFinal(run)) return 'works'
    const since = Date.now() + client.clock.offset - timeOf(run.finished_at ?? run.modified_at)
    return run.run_type !== 'task_v2' && since > LEAVES_WITHIN ? 'stuck' : 'leaves'
  } catch (error) {
    if (error instanceof ApiError) return 'works'
    throw error
  }
}
