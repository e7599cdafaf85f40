/** What has become of the sessions in the ledger. Looking takes out those that have ended. */
import { getBrowserSession, getBrowserSessions } from '../api/endpoints.ts'
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import { AT_ONCE, severalAtOnce } from '../http/several.ts'
import { timeOf } from '../http/clock.ts'
import type { BrowserSession } from '../api/types.ts'
import { isBeingCreated } from '../config/ledger.ts'
import type { Ledger, LedgerEntry } from '../config/ledger.ts'
import { leaving } from '../errors.ts'
import type { CliError } from '../errors.ts'
import { isUnknownSession } from './close.ts'
import { hasEnded } from './state.ts'

export interface Survey {
  /** Oldest first. */
  open: { entry: LedgerEntry; session: BrowserSession }[]
  /** Creates whose answer never came, with the open sessions that they may have brought. */
  lost: { entry: LedgerEntry; candidates: BrowserSession[] }[]
  /** Of sessions that may be open, and could not be looked at: no reason to leave the others open. */
  failures: CliError[]
}

const CLOCK_TOLERANCE = 2_000

/** The session, unless it has ended or the server knows none. */
export async function findOpen(client: Client, id: string): Promise<BrowserSession | undefined> {
  try {
    const session = await getBrowserSession(client, id)
    return hasEnded(session) ? undefined : session
  } catch (error) {
    if (error instanceof ApiError && isUnknownSession(error)) return undefined
    throw error
  }
}

/** Asks for the list of active sessions, and for each session that is not in it. */
export async function surveyLedger(client: Client, ledger: Ledger): Promise<Survey> {
  const survey: Survey = { open: [], lost: [], failures: [] }
  const entries = ledger.entries()
  if (entries.length === 0) return survey
  const active = await getBrowserSessions(client)
  const byId = new Map(active.map((session) => [session.browser_session_id, session]))
  const lookForLost = async (before: LedgerEntry): Promise<void> => {
    // Its create may have been answered since the ledger was read.
    const entry = ledger.reread(before)
    if (entry?.session_id !== undefined) return look(entry)
    if (!entry || isBeingCreated(entry)) return
    const candidates = candidatesFor(entry, client, ledger, active)
    if (candidates.length === 0 && isSettled(entry)) ledger.remove(entry)
    else survey.lost.push({ entry, candidates })
  }
  const look = async (entry: LedgerEntry): Promise<void> => {
    const { session_id: id } = entry
    if (id === undefined) return lookForLost(entry)
    const listed = byId.get(id)
    try {
      const session = listed ?? (await findOpen(client, id))
      if (session) survey.open.push({ entry, session })
      else ledger.remove(entry)
    } catch (error) {
      const next = `Session ${id} may be open: \`skyvern session close ${id}\``
      survey.failures.push(leaving(error, { sessionId: id }, next))
    }
  }
  await severalAtOnce(entries, AT_ONCE, look)
  survey.open.sort((a, b) => a.entry.opened_at - b.entry.opened_at)
  return survey
}

/** When nothing of that time is open any more, the entry has no sense. */
const isSettled = (entry: LedgerEntry): boolean => Date.now() > entry.answer_by + takesOf(entry)

/** Milliseconds that the create could take. */
const takesOf = (entry: LedgerEntry): number => entry.answer_by - entry.opened_at

/** Open sessions of that time that the ledger does not account for. */
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
