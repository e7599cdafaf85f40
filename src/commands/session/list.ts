/** `session list`: the active sessions, or those of the last seven days. */
import type { Command } from 'commander'
import { getBrowserSessionHistory, getBrowserSessions } from '../../api/endpoints.ts'
import { allPages, PAGE_SIZE } from '../../http/pages.ts'
import { timeOf } from '../../http/clock.ts'
import type { BrowserSession } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { earliestEnd, hasEnded, secondsUsed } from '../../sessions/state.ts'
import { paintOf } from '../../output/palette.ts'
import type { Column } from '../../output/table.ts'
import { formatDuration } from '../../output/words.ts'
import { parseWhole } from '../../options/parse.ts'

interface ListOptions {
  all?: boolean
  limit?: number
}

const DEFAULT_LIMIT = 30

export function define(command: Command, context: Context): void {
  command
    .option('--all', 'Add the sessions of the last 7 days that have ended')
    .option(
      '--limit <n>',
      `Maximum number of rows (${DEFAULT_LIMIT} by default; all under --json)`,
      parseWhole(1, 100_000),
    )
    .action((options: ListOptions) => list(context, options))
}

async function list(context: Context, { all, limit }: ListOptions): Promise<void> {
  const { output } = context
  const client = await context.client()
  const machine = Boolean(output.mode.json || output.mode.fields)
  const most = limit ?? (machine ? Infinity : DEFAULT_LIMIT)
  const sessions = all
    ? await allPages((page) => getBrowserSessionHistory(client, page, context.requestOptions()), {
        enough: most + 1,
        size: PAGE_SIZE,
      })
    : await getBrowserSessions(client, context.requestOptions())
  const shown = sessions.length > most ? sessions.slice(0, most) : sessions
  const now = Date.now() + client.clock.offset
  const columns = machine ? [] : columnsFor(context, now)
  await output.list(shown, columns, { id: 'browser_session_id', nothing: 'No sessions found.' })
  if (!machine && !all) await hint(context, sessions, now)
  if (!machine && shown.length < sessions.length) {
    const more = `${sessions.length - shown.length} more: --limit ${sessions.length}`
    output.note(all ? `At least ${more}` : more)
  }
}

async function hint(context: Context, sessions: BrowserSession[], now: number): Promise<void> {
  const { forgottenSessions } = await import('../../sessions/mine.ts')
  const current = context.current().resolve()?.value
  const ids = forgottenSessions(sessions, context.ledger(), current, now)
  if (ids.length === 0) return
  const what = ids.length === 1 ? 'A session' : `${ids.length} sessions`
  const how = `skyvern session close ${ids.join(' ')}`
  context.output.note(`${what} of this machine may be forgotten: ${how}`)
}

/** @param now milliseconds, by the clock of the server */
function columnsFor(context: Context, now: number): Column<BrowserSession>[] {
  const current = context.current().resolve()?.value
  const names = new Map(
    context
      .ledger()
      .entries()
      .filter((entry) => entry.scope === context.scope.value)
      .map((entry) => [entry.session_id, entry.name]),
  )
  // SKYVERN_SESSION_ID may hold a name.
  const isCurrent = (id: string): boolean =>
    current !== undefined && [id, names.get(id)].includes(current)
  const columns: Column<BrowserSession>[] = [
    { title: 'ID', value: (session) => session.browser_session_id },
    { title: 'STATUS', value: (session) => session.status, paint: paintOf },
    { title: 'WORK', value: workOf, shortens: true },
    { title: 'ENDS', value: (session) => endOf(session, now) },
    { title: 'USED', value: (session) => formatDuration(secondsUsed(session, now)), drop: 1 },
    { title: 'NAME', value: (session) => names.get(session.browser_session_id), shortens: true },
    { title: '', value: ({ browser_session_id: id }) => (isCurrent(id) ? 'current' : '') },
  ]
  return columns
}

function workOf(session: BrowserSession): string {
  if (hasEnded(session)) return 'ended'
  return session.runnable_id ? `busy ${session.runnable_id}` : 'idle'
}

/** The earliest end. Activity can extend it. */
function endOf(session: BrowserSession, now: number): string {
  if (hasEnded(session)) {
    const time = timeOf(session.completed_at)
    return Number.isNaN(time) ? '' : `${formatDuration((now - time) / 1000)} ago`
  }
  const seconds = (earliestEnd(session) - now) / 1000
  return Number.isNaN(seconds) ? '' : `in ${formatDuration(Math.max(0, seconds))}`
}
