/** `task list`: runs, newest first. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { getRuns } from '../../api/endpoints.ts'
import { allPages } from '../../http/pages.ts'
import { timeOf, zonedTime } from '../../http/clock.ts'
import { RUN_STATUSES, RUN_TYPES } from '../../api/values.ts'
import type { RunListItem } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { runList } from '../recipes.ts'
import { paintOf } from '../../output/palette.ts'
import type { Column } from '../../output/table.ts'
import { formatDuration } from '../../output/words.ts'
import { parseChoices, parseWhole } from '../../options/parse.ts'

interface ListOptions {
  status?: string[]
  type?: string[]
  search?: string
  limit: number
}

/** How many rows the server returns at most, in all and for a search. */
const REACHABLE = 10_000
const SEARCHABLE = 1_000

const COLUMNS: Column<RunListItem>[] = [
  { title: 'ID', value: (run) => run.run_id },
  { title: 'STATUS', value: (run) => run.status, paint: paintOf },
  { title: 'TYPE', value: (run) => run.task_run_type, drop: 3 },
  { title: 'CREATED', value: (run) => zonedTime(run.created_at), drop: 1 },
  { title: 'TOOK', value: tookOf, drop: 2, terminalOnly: true },
  { title: 'TITLE', value: (run) => run.title, shortens: true },
]

export function define(command: Command, context: Context): void {
  command
    .option('--status <statuses>', `Only ${RUN_STATUSES.join(', ')}`, parseChoices(RUN_STATUSES))
    .option('--type <types>', `Only ${RUN_TYPES.join(', ')}`, parseChoices(RUN_TYPES))
    .option('--search <text>', 'Only those with this text, three letters or more', parseSearch)
    .option('--limit <n>', 'Maximum number of rows', parseWhole(1, REACHABLE), 30)
    .action((options: ListOptions) => list(context, options))
}

/** How long it has run. */
function tookOf({ started_at: started, finished_at: finished }: RunListItem): string {
  const seconds = (timeOf(finished) - timeOf(started)) / 1000
  return Number.isNaN(seconds) ? '' : formatDuration(seconds)
}

function parseSearch(text: string): string {
  if (text.length >= 3) return text
  throw new InvalidArgumentError('It takes at least three letters.')
}

function list(context: Context, { status, type, search, limit }: ListOptions): Promise<void> {
  const enough = Math.min(limit, search === undefined ? REACHABLE : SEARCHABLE)
  const filter = { status, run_type: type, search_key: search }
  return runList(
    context,
    (client, options) =>
      allPages((page) => getRuns(client, { ...filter, ...page }, options), { enough }),
    { columns: COLUMNS, id: 'run_id', nothing: 'No runs found.', limit },
  )
}
