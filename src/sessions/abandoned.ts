/** Sessions that this machine opened and nobody seems to use: said in passing, without asking the server again. */
import { timeOf } from '../http/clock.ts'
import type { BrowserSession } from '../api/types.ts'
import { isAttended } from '../config/ledger.ts'
import type { Ledger, LedgerEntry } from '../config/ledger.ts'

const FORGOTTEN_AFTER = 2 * 3600_000
/** The list has no session older than a day. */
const LISTED_FOR = 23 * 3600_000
const DEFAULT_MINUTES = 60
/** Activity extends a session's life up to that. */
const MOST_MINUTES = 240

/**
 * Of sessions just listed: those whose keeper has gone, and the idle ones that are old. Takes out what has ended by
 * its time: a list can lack a session for other reasons, such as another key.
 */
export function forgottenAmong(
  sessions: BrowserSession[],
  ledger: Ledger,
  current: string | undefined,
  now: number,
): string[] {
  const active = new Map(sessions.map((session) => [session.browser_session_id, session]))
  return ledger.entries().flatMap((entry) => {
    const { session_id: id } = entry
    if (id === undefined) return []
    const session = active.get(id)
    const age = Date.now() - entry.opened_at
    const life = Math.max(entry.timeout ?? 0, MOST_MINUTES) * 60_000
    if (!session && age > life && age < LISTED_FOR) ledger.remove(entry)
    if (!session || id === current) return []
    const idle = !session.runnable_id && now - timeOf(session.created_at) > FORGOTTEN_AFTER
    return isAbandoned(entry) || (idle && !entry.held) ? [id] : []
  })
}

/** What a killed `session exec` may have left behind, by the ledger alone. */
export function leftBehind(ledger: Ledger): string[] {
  return ledger.entries().flatMap((entry) => {
    const life = (entry.timeout ?? DEFAULT_MINUTES) * 60_000
    const mayLive = Date.now() - entry.opened_at < life
    return entry.session_id && mayLive && isAbandoned(entry) ? [entry.session_id] : []
  })
}

const isAbandoned = (entry: LedgerEntry): boolean => entry.held === true && !isAttended(entry)
