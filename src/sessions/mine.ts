/** What this machine created, by its ledger: open sessions, creates without an answer, and abandoned sessions. */
import { getBrowserSessions } from '../api/endpoints.ts'
import type { Client } from '../http/request.ts'
import { AT_ONCE, severalAtOnce } from '../http/several.ts'
import { timeOf } from '../http/clock.ts'
import type { BrowserSession } from '../api/types.ts'
import { isAttended, isBeingCreated } from '../config/ledger.ts'
import type { Ledger, LedgerEntry } from '../config/ledger.ts'
import { withLeftover } from '../errors.ts'
import type { CliError } from '../errors.ts'
import { findOpen } from './find.ts'

export interface Mine {
  /** Oldest first. */
  open: { entry: LedgerEntry; session: BrowserSession }[]
  /** Creates without an answer, with the open sessions that they may have made. */
  lost: { entry: LedgerEntry; candidates: BrowserSession[] }[]
  /** Failures to look at sessions that may be open. The others can be closed all the same. */
  failures: CliError[]
}

const CLOCK_TOLERANCE = 2_000

/** Reads the list of active sessions, and looks up each session of the ledger that is not in it. */
export async function findMine(client: Client, ledger: Ledger): Promise<Mine> {
  const mine: Mine = { open: [], lost: [], failures: [] }
  const entries = ledger.entries()
  if (entries.length === 0) return mine
  const active = await getBrowserSessions(client)
  const byId = new Map(active.map((session) => [session.browser_session_id, session]))
  const lookForLost = async (before: LedgerEntry): Promise<void> => {
    // Its create may have got its answer since the ledger was read.
    const entry = ledger.reread(before)
    if (entry?.session_id !== undefined) return look(entry)
    if (!entry || isBeingCreated(entry)) return
    const candidates = candidatesFor(entry, client, ledger, active)
    if (candidates.length === 0 && isSettled(entry)) ledger.remove(entry)
    else mine.lost.push({ entry, candidates })
  }
  const look = async (entry: LedgerEntry): Promise<void> => {
    const { session_id: id } = entry
    if (id === undefined) return lookForLost(entry)
    const listed = byId.get(id)
    try {
      const session = listed ?? (await findOpen(client, id))
      if (session) mine.open.push({ entry, session })
      else ledger.remove(entry)
    } catch (error) {
      const next = `Session ${id} may be open: \`skyvern session close ${id}\``
      mine.failures.push(withLeftover(error, { sessionId: id }, next))
    }
  }
  await severalAtOnce(entries, AT_ONCE, look)
  mine.open.sort((a, b) => a.entry.opened_at - b.entry.opened_at)
  return mine
}

/** Whether an entry can be removed if no session of that time is open. */
const isSettled = (entry: LedgerEntry): boolean => Date.now() > entry.answer_by + takesOf(entry)

/** Milliseconds that the create could take. */
const takesOf = (entry: LedgerEntry): number => entry.answer_by - entry.opened_at

/** Open sessions of that time that are not in the ledger. */
function candidatesFor(
  entry: LedgerEntry,
  { clock }: Client,
  ledger: Ledger,
  active: BrowserSession[],
): BrowserSession[] {
  const sent = entry.server_time ?? entry.opened_at + clock.offset
  const known = new Set(ledger.entries().map(({ session_id: id }) => id))
  return active.filter(({ browser_session_id: id, created_at: created }) => {
    const after = timeOf(created) - sent
    return !known.has(id) && after > -CLOCK_TOLERANCE && after < takesOf(entry)
  })
}

const FORGOTTEN_AFTER = 2 * 3600_000
/** The list contains only sessions of the last day. */
const LISTED_FOR = 23 * 3600_000
const DEFAULT_MINUTES = 60
/** Activity can extend a session's life to this. */
const MOST_MINUTES = 240

/**
 * Of the listed sessions: those that are abandoned, and those that are idle and old. Entries are removed only once their
 * session must have ended: a session can be missing from a list for other reasons, such as another key.
 */
export function forgottenSessions(
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
    const age = ageOf(entry, now)
    const life = Math.max(entry.timeout ?? 0, MOST_MINUTES) * 60_000
    if (!session && age > life && age < LISTED_FOR) ledger.remove(entry)
    if (!session || id === current) return []
    const idle = !session.runnable_id && now - timeOf(session.created_at) > FORGOTTEN_AFTER
    return isAbandoned(entry) || (idle && !entry.held) ? [id] : []
  })
}

/** Sessions that a killed `session exec` may have left open, by the ledger alone. @param now by the server's clock */
export function abandonedSessions(ledger: Ledger, now: number): string[] {
  return ledger.entries().flatMap((entry) => {
    const life = (entry.timeout ?? DEFAULT_MINUTES) * 60_000
    const mayLive = ageOf(entry, now) < life
    return entry.session_id && mayLive && isAbandoned(entry) ? [entry.session_id] : []
  })
}

/** Milliseconds, by the server's clock if the entry has it: the clock of this machine may be wrong, now or then. */
const ageOf = ({ server_time: time, opened_at: opened }: LedgerEntry, now: number): number =>
  time === undefined ? Date.now() - opened : now - time

const isAbandoned = (entry: LedgerEntry): boolean => entry.held === true && !isAttended(entry)
