/** Finds an open session to use again instead of paying for another one. */
import { getBrowserSession, getBrowserSessions } from '../api/endpoints.ts'
import type { Client } from '../http/request.ts'
import type { BrowserSession } from '../api/types.ts'
import type { Ledger, LedgerEntry } from '../config/ledger.ts'
import { earliestEnd, hasEnded, secondsLeft } from './state.ts'
import { ApiError } from '../http/errors.ts'
import { isUnknownSession } from './close.ts'

export interface Named {
  entry: LedgerEntry
  session: BrowserSession
}

/** The open session with this name on this machine. A session that has ended loses its name. */
export async function findNamed(
  client: Client,
  ledger: Ledger,
  name: string,
): Promise<Named | undefined> {
  const entry = ledger.find(name)
  if (!entry) return undefined
  const session = await findOpen(client, entry.session_id)
  if (session) return { entry, session }
  ledger.forget(entry.session_id)
  return undefined
}

/**
 * The best active session of the organization that was started from the profile: an idle one before a busy one, then
 * the one that lives longest.
 */
export async function findByProfile(
  client: Client,
  profileId: string,
  leastSeconds: number,
): Promise<BrowserSession | undefined> {
  const [best] = (await getBrowserSessions(client))
    .filter((session) => session.browser_profile_id === profileId && !hasEnded(session))
    .filter((session) => secondsLeft(session, client) >= leastSeconds)
    .map((session) => ({ session, busy: session.runnable_id ? 1 : 0, end: earliestEnd(session) }))
    .sort((a, b) => a.busy - b.busy || (b.end || Infinity) - (a.end || Infinity))
  return best?.session
}

/** The session. Undefined if it has ended, or if the server does not know it. */
export async function findOpen(client: Client, id: string): Promise<BrowserSession | undefined> {
  try {
    const session = await getBrowserSession(client, id)
    return hasEnded(session) ? undefined : session
  } catch (error) {
    if (error instanceof ApiError && isUnknownSession(error)) return undefined
    throw error
  }
}
