/**
 * `task map`: one task for each row, over a pool of sessions. The results file is also the journal, so that the same
 * command continues where a killed one stopped. stdout stays empty.
 */
import type { Command } from 'commander'
import type { CreateBrowserSessionRequest, RunTaskRequest } from '../../api/types.ts'
import { lockOrConflict } from '../../config/lock.ts'
import type { Context } from '../../context.ts'
import { toCliError, usageError } from '../../errors.ts'
import type { CliError } from '../../errors.ts'
import type { Client } from '../../http/request.ts'
import { planRequests } from '../../map/dry-run.ts'
import { checkRecorded } from '../../map/recorded.ts'
import { Journal, JournalError } from '../../map/journal.ts'
import { mapRows } from '../../map/map.ts'
import { addMapOptions } from '../../map/options.ts'
import type { MapCommandOptions } from '../../map/options.ts'
import { planOf } from '../../map/plan.ts'
import { rowRequest } from '../../map/request.ts'
import type { RowRequest } from '../../map/request.ts'
import type { Header } from '../../map/results.ts'
import { readRows } from '../../map/rows.ts'
import { isOfShard, shardOf, shardText } from '../../map/shard.ts'
import { readText } from '../../options/text.ts'
import { throwGravest } from '../../output/report.ts'
import { countOf } from '../../output/words.ts'
import { taskRequest } from '../../runs/options.ts'
import { withDefaults } from '../../sessions/defaults.ts'
import { checkDropped } from '../../sessions/dropped.ts'
import { newSessionRequest } from '../../sessions/options.ts'

export function define(command: Command, context: Context): void {
  addMapOptions(
    command
      .argument('<rows>', 'Table of inputs: CSV with a header, JSON lines, or - for standard input')
      .argument('<prompt>', 'What to do for a row, with {column} for its values: text or @file'),
  ).action((rows: string, prompt: string, options: MapCommandOptions) =>
    map(context, rows, prompt, options),
  )
}

async function map(
  context: Context,
  source: string,
  given: string,
  options: MapCommandOptions,
): Promise<void> {
  if (source === '-' && given === '-') {
    throw usageError('The rows and the prompt cannot both come from standard input.')
  }
  const prompt = readText(given, 'The prompt').trim()
  if (prompt === '') throw usageError('The prompt is missing.')
  const request = requestOf(context, prompt, options)
  const shard = options.shard === undefined ? undefined : shardOf(options.shard, context.env)
  const all = await readRows(source, { key: options.key, columns: request.columns })
  const rows = shard ? all.filter(({ key }) => isOfShard(key, shard)) : all
  if (context.globals.dryRun) return planRequests(context, rows, request, options)
  const client = await context.client()
  const release = await lockOrConflict(`${options.results}.lock`, LOCK_WAIT)
  const journal = await Journal.open(options.results).catch((error: unknown) => {
    release()
    throw error
  })
  try {
    const header: Header = {
      map: 1,
      column: options.key,
      rows: source,
      prompt,
      url: options.url,
      shard: shard && shardText(shard),
      origin: context.origin(),
    }
    checkRecorded(journal, header, all)
    const plan = planOf(rows, request.of, journal.recorded, options)
    tellChanges(context, plan.changed)
    const session = await sessionRequest(context, client, options)
    await checkDropped(context, client, 'run', { ...request.body, browser_session_id: '' })
    if (!journal.recorded.header) await journal.commit(header)
    const failures = await mapRows(context, client, journal, plan, {
      size: options.sessions,
      session,
      limit: options.waitTimeout,
      maxFailures: options.maxFailures ?? Infinity,
      retryInDoubt: options.retryInDoubt === true,
    })
    throwGravest(context.output, [...failures, ...(await unwritten(journal, failures))])
  } finally {
    await journal.close().catch(() => {})
    release()
  }
}

/** The error if the end of the results file cannot be written, unless it has been reported already. */
async function unwritten(journal: Journal, failures: CliError[]): Promise<CliError[]> {
  if (failures.some((failure) => failure instanceof JournalError)) return []
  try {
    await journal.close()
    return []
  } catch (error) {
    return [toCliError(error)]
  }
}

/** Seconds. Short, because another process with the same results file takes minutes or hours. */
const LOCK_WAIT = 2

/** Only with this engine, a run in a session continues from the current page. */
const ENGINE = 'skyvern-2.0'

function requestOf(context: Context, prompt: string, options: MapCommandOptions): RowRequest {
  // The proxy is an option of the sessions.
  const given = { ...options, proxy: undefined, proxyLocation: undefined }
  const body: RunTaskRequest = {
    prompt,
    ...taskRequest({ ...given, wait: true, onInterrupt: 'detach' }),
    engine: context.settings.engine(options.engine)?.value ?? ENGINE,
  }
  return rowRequest(body, context.globals.body)
}

/** The request body for sessions. The address belongs to the runs. */
async function sessionRequest(
  context: Context,
  client: Client,
  options: MapCommandOptions,
): Promise<CreateBrowserSessionRequest> {
  const given = withDefaults(context.settings, { ...options, url: undefined }).options
  const request = await newSessionRequest(client, given)
  await checkDropped(context, client, 'session', request)
  return request
}

function tellChanges({ warn }: Context, changed: string[]): void {
  if (changed.length === 0) return
  const some = changed.slice(0, 5).join(', ')
  const more = changed.length > 5 ? ', …' : ''
  const have = changed.length === 1 ? 'has changed since it' : 'have changed since they'
  warn(
    `${countOf(changed, 'row')} ${have} ran (${some}${more}), or the prompt has. The recorded results are kept.`,
  )
}
