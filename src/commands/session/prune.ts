/**
 * `session prune`: closes forgotten sessions. By default, those that this machine created, by its ledger. What a create
 * without an answer may have made is only named, because it may belong to another client.
 */
import type { Command } from 'commander'
import { getBrowserSessions } from '../../api/endpoints.ts'
import type { Client } from '../../http/request.ts'
import { timeOf } from '../../http/clock.ts'
import type { BrowserSession } from '../../api/types.ts'
import type { LedgerEntry } from '../../config/ledger.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import type { CliError } from '../../errors.ts'
import { findMine } from '../../sessions/mine.ts'
import type { Mine } from '../../sessions/mine.ts'
import { countOf, formatDuration } from '../../output/words.ts'
import { parseSeconds, waitTimeoutOption } from '../../options/duration.ts'
import { confirm } from '../../output/prompt.ts'
import type { Column } from '../../output/table.ts'
import { throwGravest } from '../../output/report.ts'
import { closeEach } from '../../sessions/close.ts'

interface PruneOptions {
  olderThan: number
  idle?: boolean
  server?: boolean
  yes?: boolean
  waitTimeout: number
}

export function define(command: Command, context: Context): void {
  command
    .requiredOption('--older-than <age>', 'Least age, such as 2h', parseSeconds())
    .option('--idle', 'Keep those that are busy with a run')
    .option('--server', 'Every active session of the organization, not only those of this machine')
    .option('-y, --yes', 'Do not ask')
    .addOption(waitTimeoutOption(60))
    .action((options: PruneOptions) => prune(context, options))
}

async function prune(context: Context, options: PruneOptions): Promise<void> {
  const { output, globals } = context
  const reader = await context.reader()
  const {
    open,
    entries,
    failures: unseen,
  }: Found = options.server
    ? { open: await getBrowserSessions(reader), failures: [] }
    : await mine(context, reader)
  const old = open.filter((session) => ageOf(session, reader) >= options.olderThan)
  const chosen = options.idle ? old.filter((session) => !session.runnable_id) : old
  if (globals.dryRun) {
    await output.list(chosen, columns(reader), { id: 'browser_session_id', nothing: NOTHING })
    return throwGravest(output, unseen)
  }
  if (chosen.length === 0) {
    output.note(NOTHING)
    output.result([], '')
    return throwGravest(output, unseen)
  }
  const ids = chosen.map((session) => session.browser_session_id)
  if (options.server && !options.yes) await ask(context, ids)
  const { waitTimeout } = options
  const { results, failures } = await closeEach(context, reader, ids, {
    waitTimeout,
    ignoreMissing: true,
    request: context.requestOptions(),
    entries,
  })
  if (results.length > 0) output.result(results, '')
  throwGravest(output, [...failures, ...unseen])
}

const NOTHING = 'No such sessions found.'

interface Found {
  open: BrowserSession[]
  entries?: LedgerEntry[]
  /** Failures to look at some of them. */
  failures: CliError[]
}

async function mine(context: Context, client: Client): Promise<Found> {
  const { open, lost, failures } = await findMine(client, context.ledger())
  for (const item of lost) context.warn(tellLost(item))
  return {
    open: open.map(({ session }) => session),
    entries: open.map(({ entry }) => entry),
    failures,
  }
}

function tellLost({ entry, candidates }: Mine['lost'][number]): string {
  const when = new Date(entry.opened_at).toISOString()
  const ids = candidates.map((session) => `  skyvern session close ${session.browser_session_id}`)
  const what = `The answer to a create at ${when} was lost.`
  if (ids.length === 0) return `${what} No session of that time was found.`
  return `${what} It may have created one of these:\n${ids.join('\n')}`
}

async function ask({ output }: Context, ids: string[]): Promise<void> {
  for (const id of ids) output.note(`  ${id}`)
  if (await confirm(output, `Close ${countOf(ids, 'session')} of the organization?`)) return
  throw usageError('Nothing was closed.')
}

/** Seconds since the create, by the server's clock, which is known only to the second. Never negative. */
const ageOf = ({ created_at: created }: BrowserSession, { clock }: Client): number =>
  Math.max(0, (Date.now() + clock.offset - timeOf(created)) / 1000)

const columns = (client: Client): Column<BrowserSession>[] => [
  { title: 'ID', value: (session) => session.browser_session_id },
  { title: 'AGE', value: (session) => formatDuration(ageOf(session, client)) },
  { title: 'WORK', value: ({ runnable_id: run }) => (run ? `busy ${run}` : 'idle') },
]
