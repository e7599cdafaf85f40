/**
 * After a create whose answer was lost: what may have been made all the same. Candidates are named, never adopted or
 * closed: with others creating at the same time, the only candidate was somebody else's in a quarter of trials.
 */
import { getBrowserSessions } from '../api/browser-sessions.ts'
import type { Client } from '../api/client.ts'
import { ApiError } from '../api/errors.ts'
import { sleep } from '../api/retry.ts'
import type { BrowserSession } from '../api/types.ts'
import { timeOf } from '../api/time.ts'

/** Seconds after the failure at which the sessions are listed. */
const LOOKS = [0, 2, 5, 10]
/** The server's Date header has whole seconds. */
const CLOCK_TOLERANCE = 2_000

/**
 * The active sessions that the lost create may have brought.
 * @param since when the create was sent, this machine's clock
 * @param known ids that are accounted for
 */
export async function findCandidates(
  client: Client,
  since: number,
  known: () => Set<string>,
): Promise<BrowserSession[]> {
  let waited = 0
  for (const second of LOOKS) {
    await sleep((second - waited) * 1000)
    waited = second
    const sessions = await listActive(client)
    const from = since + client.clock.offset - CLOCK_TOLERANCE
    const accounted = known()
    const found = sessions.filter(
      ({ browser_session_id: id, created_at: created }) =>
        !accounted.has(id) && timeOf(created) >= from,
    )
    if (found.length > 0) return found
  }
  return []
}

async function listActive(client: Client): Promise<BrowserSession[]> {
  try {
    return await getBrowserSessions(client, { maxRetries: 0, timeoutInSeconds: 10 })
  } catch (error) {
    if (error instanceof ApiError) return []
    throw error
  }
}
