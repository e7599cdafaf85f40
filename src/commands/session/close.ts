/** `session close`: closes sessions and says so only when they have ended. */
import type { Command } from 'commander'
import { getBrowserSessions } from '../../api/browser-sessions.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { surveyLedger } from '../../lifecycle/survey.ts'
import { confirm } from '../../output/prompt.ts'
import { throwGravest } from '../failures.ts'
import { waitTimeoutOption } from '../values/duration.ts'
import { parseList } from '../values/options.ts'
import { parseProfileName } from '../values/profile.ts'
import { closeEach } from './close-one.ts'
import type { CloseOneOptions } from './close-one.ts'
import { closeAndSave } from './save-profile.ts'

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
    .option('--ignore-missing', 'A session that the server does not know is no failure')
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
  const named = given.flatMap((item) => parseList(item))
  if ([named.length > 0, options.all, options.mine].filter(Boolean).length > 1) {
    throw usageError('Give ids, --all or --mine.')
  }
  const single = !options.all && !options.mine
  const { saveProfile: name, replaceProfile: replace = false } = options
  if (replace && name === undefined) throw usageError('--replace-profile needs --save-profile.')
  if (name !== undefined) {
    if (!single || named.length > 1) throw usageError('--save-profile takes one session.')
    return closeAndSave(context, context.sessionId(named[0]), { ...options, name, replace })
  }
  const ids = await chosen(context, named, options)
  const client = await context.client()
  const request = context.requestOptions()
  const { results, failures } = await closeEach(context, client, ids, { ...options, request })
  if (results.length > 0)
    context.output.result(ids.length > 1 || !single ? results : results[0], '')
  if (ids.length === 0) context.output.note('No open sessions found.')
  throwGravest(context.output, failures)
}

async function chosen(context: Context, named: string[], options: CloseOptions): Promise<string[]> {
  if (options.all) return listAll(context, options)
  if (options.mine) return listMine(context)
  return named.length > 0 ? named.map((name) => context.sessionId(name)) : [context.sessionId()]
}

async function listMine(context: Context): Promise<string[]> {
  const client = await context.client({ dryRun: false })
  const { open } = await surveyLedger(client, context.ledger())
  return open.map(({ session }) => session.browser_session_id)
}

async function listAll(context: Context, { yes }: CloseOptions): Promise<string[]> {
  const client = await context.client({ dryRun: false })
  const ids = (await getBrowserSessions(client)).map((session) => session.browser_session_id)
  if (ids.length === 0 || yes || context.globals.dryRun) return ids
  for (const id of ids) context.output.note(`  ${id}`)
  if (await confirm(context.output, `Close ${ids.length} active sessions of the organization?`))
    return ids
  throw usageError('Nothing was closed.')
}
