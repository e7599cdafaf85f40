/** Finds open sessions that unanswered creates may have made. They are named, not closed. */
import { getBrowserSessions, getRuns } from '../api/endpoints.ts'
import type { Ledger } from '../config/ledger.ts'
import { CliError, ifBilled } from '../errors.ts'
import { timeOf } from '../http/clock.ts'
import type { Client } from '../http/request.ts'
import type { Journal } from './journal.ts'

/** Milliseconds. */
const CREATE_TAKES = 150_000
const CLOCK_TOLERANCE = 2_000

/**
 * Looks for open sessions that were created at the time of an unanswered create, are not in the results file, and have no
 * runs. Creates without such a session are settled. Undefined if nothing is open.
 */
export async function findOrphans(
  client: Client,
  journal: Journal,
  ledger: Ledger,
): Promise<CliError | undefined> {
  const { openings, sessions: ours } = journal.recorded
  if (openings.size === 0) return undefined
  const listed = new Set(ledger.entries().map(({ session_id: id }) => id))
  const sessions = (await getBrowserSessions(client)).filter(
    ({ browser_session_id: id, runnable_id: run }) => !ours.has(id) && !listed.has(id) && !run,
  )
  const found = new Set<string>()
  for (const [opening, at] of openings) {
    const since = (created: string): number => timeOf(created) - at
    const candidates = sessions.filter(({ created_at: created }) => {
      return since(created) > -CLOCK_TOLERANCE && since(created) < CREATE_TAKES
    })
    if (candidates.length === 0) journal.note({ session: 'settled', opening })
    for (const { browser_session_id: id } of candidates) found.add(id)
  }
  const unused: string[] = []
  for (const id of found) {
    const runs = await getRuns(client, { search_key: id, page_size: 1 })
    if (runs.length === 0) unused.push(id)
  }
  if (unused.length === 0) return undefined
  return new CliError(
    'create_unconfirmed',
    `${openings.size === 1 ? 'A create was' : `${openings.size} creates were`} not answered, and may have made a session${ifBilled(client, ' that bills')}.`,
    {
      possible: { sessions: unused },
      hint: `These sessions have no runs. They were not closed, because they may belong to somebody else:\n${unused
        .map((id) => `  skyvern session close ${id}`)
        .join('\n')}`,
    },
  )
}
