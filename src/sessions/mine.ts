/** What has become of the sessions in the ledger. Looking takes out those that have ended. */
import { getBrowserSession, getBrowserSessions } from '../api/browser-sessions.ts'
import type { Client } from '../api/client.ts'
import { ApiError } from '../http/errors.ts'
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

const AT_ONCE = 5
/** Milliseconds after which a server has answered a create or never will. */
const CREATE_TAKES = 150_000
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
  const look = async (entry: LedgerEntry): Promise<void> => {
    const { session_id: id } = entry
    if (id === undefined) return lookForLost(client, ledger, entry, active, survey)
    const listed = active.find((session) => session.browser_session_id === id)
    try {
      const session = listed ?? (await findOpen(client, id))
      if (session) survey.open.push({ entry, session })
      else ledger.remove(entry)
    } catch (error) {
      const next = `Session ${id} may be open: \`skyvern session close ${id}\``
      survey.failures.push(leaving(error, { sessionId: id }, next))
    }
  }
  for (let first = 0; first < entries.length; first += AT_ONCE) {
    await Promise.all(entries.slice(first, first + AT_ONCE).map(look))
  }
  survey.open.sort((a, b) => a.entry.opened_at - b.entry.opened_at)
  return survey
}

/** When nothing of that time is open any more, the entry has no sense. */
function lookForLost(
  client: Client,
  ledger: Ledger,
  entry: LedgerEntry,
  active: BrowserSession[],
  { lost }: Survey,
): void {
  if (isBeingCreated(entry)) return
  const sent = entry.opened_at + client.clock.offset
  const known = new Set(ledger.entries().map(({ session_id: id }) => id))
  const candidates = active.filter(({ browser_session_id: id, created_at: created }) => {
    const after = timeOf(created) - sent
    return !known.has(id) && after > -CLOCK_TOLERANCE && after < CREATE_TAKES
  })
  const settled = Date.now() - entry.opened_at > 2 * CREATE_TAKES
  if (candidates.length === 0 && settled) ledger.remove(entry)
  else lost.push({ entry, candidates })
}
