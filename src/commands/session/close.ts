/** `session close`: closes sessions, and verifies that they have ended. */
import type { Command } from 'commander'
import { getBrowserSessions } from '../../api/endpoints.ts'
import type { LedgerEntry } from '../../config/ledger.ts'
import type { Context } from '../../context.ts'
import { CliError, usageError } from '../../errors.ts'
import { findMine } from '../../sessions/mine.ts'
import { countOf } from '../../output/words.ts'
import { confirm } from '../../output/prompt.ts'
import { throwGravest } from '../../output/report.ts'
import { waitTimeoutOption } from '../../options/duration.ts'
import { parseIds } from '../../options/parse.ts'
import { parseProfileName } from '../../options/names.ts'
import { closeEach } from '../../sessions/close.ts'
import type { CloseOneOptions } from '../../sessions/close.ts'
import { closeAndSave } from '../../sessions/save-profile.ts'

interface CloseOptions extends CloseOneOptions {
  all?: boolean
  mine?: boolean
  yes?: boolean
  saveProfile?: string
  replaceProfile?: boolean
}

export function define(command: Command, context: Context): void {
  command
    .argument('[sessions...]', 'Ids or names; the current session without one')
    .addOption(waitTimeoutOption(60))
    .option('--ignore-missing', 'Ignore a session that the server does not know')
    .option('--all', 'Close every active session of the organization')
    .option('--mine', 'Close every open session that this machine created')
    .option('-y, --yes', 'Do not ask')
    .option(
      '--save-profile <name>',
      'Save its profile under a name, and print the id',
      parseProfileName,
    )
    .option('--replace-profile', 'Replace the profile that has the name')
    .action((given: string[], options: CloseOptions) => close(context, given, options))
}

async function close(context: Context, given: string[], options: CloseOptions): Promise<void> {
  const named = parseIds(given)
  if ([named.length > 0, options.all, options.mine].filter(Boolean).length > 1) {
    throw usageError('Use only one of ids, --all and --mine.')
  }
  const single = !options.all && !options.mine
  const { saveProfile: name, replaceProfile: replace = false } = options
  if (replace && name === undefined) throw usageError('--replace-profile needs --save-profile.')
  if (name !== undefined) {
    if (!single || named.length > 1) throw usageError('--save-profile takes one session.')
    return closeAndSave(context, context.sessionId(named[0]), { ...options, name, replace })
  }
  const { ids, unknown, entries } = await chosen(context, named, options)
  if (ids.length === 0 && single) return throwGravest(context.output, unknown)
  const client = await context.client()
  const request = context.requestOptions()
  const { results, failures } = await closeEach(context, client, ids, {
    ...options,
    request,
    entries,
  })
  const several = named.length > 1 || !single
  if (ids.length === 0) context.output.note('No open sessions found.')
  if (ids.length === 0 || results.length > 0) {
    context.output.result(several ? results : results[0], '')
  }
  throwGravest(context.output, [...failures, ...unknown])
}

interface Chosen {
  ids: string[]
  /** Errors for unknown names and for sessions that could not be read. The other sessions are still closed. */
  unknown: unknown[]
  /** Their ledger entries. */
  entries?: LedgerEntry[]
}

async function chosen(context: Context, named: string[], options: CloseOptions): Promise<Chosen> {
  if (options.all) return { ids: await listAll(context, options), unknown: [] }
  if (options.mine) return listMine(context)
  if (named.length === 0) return { ids: [context.sessionId()], unknown: [] }
  const found: Chosen = { ids: [], unknown: [] }
  for (const name of named) {
    try {
      found.ids.push(context.sessionId(name))
    } catch (error) {
      if (!(error instanceof CliError && error.code === 'not_found')) throw error
      if (options.ignoreMissing) context.output.note(error.message)
      else found.unknown.push(error)
    }
  }
  return found
}

async function listMine(context: Context): Promise<Chosen> {
  const client = await context.reader()
  const { open, failures: unknown } = await findMine(client, context.ledger())
  const ids = open.map(({ session }) => session.browser_session_id)
  return { ids, unknown, entries: open.map(({ entry }) => entry) }
}

async function listAll(context: Context, { yes }: CloseOptions): Promise<string[]> {
  const client = await context.reader()
  const ids = (await getBrowserSessions(client)).map((session) => session.browser_session_id)
  if (ids.length === 0 || yes || context.globals.dryRun) return ids
  for (const id of ids) context.output.note(`  ${id}`)
  if (await confirm(context.output, `Close ${countOf(ids, 'active session')} of the organization?`))
    return ids
  throw usageError('Nothing was closed.')
}
