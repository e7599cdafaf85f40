/**
 * `session ensure`: finds an open session, or creates one. By name on this machine, or by profile on any machine, because
 * the server knows which profile a session was started from. Two simultaneous processes get the same session.
 */
import type { Command } from 'commander'
import type { Client } from '../../http/request.ts'
import type { BrowserSession } from '../../api/types.ts'
import type { LedgerEntry } from '../../config/ledger.ts'
import type { Context } from '../../context.ts'
import { CliError, usageError } from '../../errors.ts'
import { findByProfile, findNamed } from '../../sessions/find.ts'
import { secondsLeft } from '../../sessions/state.ts'
import { createTakes } from '../../sessions/create.ts'
import { formatDuration } from '../../output/words.ts'
import { parseSeconds, waitTimeoutOption } from '../../options/duration.ts'
import { profileIdOf } from '../../sessions/profile.ts'
import {
  createFromOptions,
  createNamed,
  makeCurrent,
  nameLock,
  readyIfAsked,
  receipt,
} from '../../sessions/start.ts'
import type { ReadyOptions } from '../../sessions/start.ts'
import { addNewSessionOptions } from '../../sessions/options.ts'
import type { NewSessionOptions } from '../../sessions/options.ts'
import { addPrintOptions, checkPrintOptions, printSession } from '../../sessions/print.ts'
import type { PrintOptions } from '../../sessions/print.ts'

interface EnsureOptions extends NewSessionOptions, ReadyOptions, PrintOptions {
  minRemaining: number
  create: boolean
}

export function define(command: Command, context: Context): void {
  addNewSessionOptions(command)
    .option('--url <url>', 'Page to open first, in a new session')
    .option(
      '--min-remaining <time>',
      'Least time that the session must have left, such as 20m',
      parseSeconds(),
      0,
    )
    .option('--no-create', 'Fail if none is open')
    .option('--wait', 'Wait until the browser is ready')
    .addOption(waitTimeoutOption(120))
    .action((options: EnsureOptions) => ensure(context, options))
  addPrintOptions(command)
}

async function ensure(context: Context, options: EnsureOptions): Promise<void> {
  checkPrintOptions(context, options)
  const client = await context.client()
  const session = await reuseOrOpen(context, client, options)
  await makeCurrent(context, session.browser_session_id)
  printSession(context, client, await readyIfAsked(context, client, session, options), options)
}

function reuseOrOpen(
  context: Context,
  client: Client,
  options: EnsureOptions,
): Promise<BrowserSession> {
  const { name } = options
  const profile = options.profile ?? options.browserProfileId
  if (name === undefined && profile === undefined) {
    throw usageError('Name the session with --name or --profile.')
  }
  if (client.dryRun) return createFromOptions(context, client, options)
  const ledger = context.ledger()
  const patience = createTakes(client)
  if (name !== undefined) {
    return ledger.exclusively(nameLock(name), patience, () =>
      byName(context, client, name, options),
    )
  }
  return ledger.exclusively(`profile ${profile}`, patience, () =>
    byProfile(context, client, options),
  )
}

/** Minutes that a session lives by default. */
const DEFAULT_LIFE = 60

async function byName(
  context: Context,
  client: Client,
  name: string,
  options: EnsureOptions,
): Promise<BrowserSession> {
  const ledger = context.ledger()
  const found = await findNamed(client, ledger, name)
  if (found) {
    const { session } = found
    const left = secondsLeft(session, client)
    if (left >= options.minRemaining) return reused(context, session)
    const id = session.browser_session_id
    context.output.note(
      `${id} has only ${formatDuration(Math.max(0, left))} left, and stays open until then. To close it now: skyvern session close ${id}`,
    )
  }
  requireCreation(options, `named "${name}"`)
  if (found) return replace(context, client, found.entry, options)
  return created(context, await createNamed(context, client, options), options)
}

/** Gives the name to a new session, or back to the old one if the create fails. */
async function replace(
  context: Context,
  client: Client,
  entry: LedgerEntry,
  options: EnsureOptions,
): Promise<BrowserSession> {
  const ledger = context.ledger()
  ledger.unname(entry)
  try {
    return created(context, await createNamed(context, client, options), options)
  } catch (error) {
    ledger.restore(entry)
    throw error
  }
}

async function byProfile(
  context: Context,
  client: Client,
  options: EnsureOptions,
): Promise<BrowserSession> {
  const wanted = options.profile ?? options.browserProfileId ?? ''
  const profile = await profileIdOf(client, wanted)
  const found = await findByProfile(client, profile, options.minRemaining)
  if (found) return reused(context, found)
  requireCreation(options, `of profile ${wanted}`)
  return created(
    context,
    await createFromOptions(context, client, { ...options, profile }),
    options,
  )
}

function reused({ output }: Context, session: BrowserSession): BrowserSession {
  const busy = session.runnable_id ? `, busy with ${session.runnable_id}` : ''
  output.done(`reused ${session.browser_session_id}${busy}`)
  return session
}

function created(
  context: Context,
  session: BrowserSession,
  options: NewSessionOptions,
): BrowserSession {
  receipt(context, session, options)
  context.output.done(`created ${session.browser_session_id}`)
  return session
}

/** Checks that a session may be created, and would live long enough to be used again. @throws CliError `not_found`, `usage` */
function requireCreation(
  { create, minRemaining, timeout = DEFAULT_LIFE }: EnsureOptions,
  what: string,
): void {
  if (!create) {
    throw new CliError('not_found', `No open session ${what} with enough time left was found.`, {
      hint: 'Without --no-create, one is created.',
    })
  }
  if (minRemaining > timeout * 60) {
    throw usageError(
      `A new session would live for ${formatDuration(timeout * 60)}, which is less than --min-remaining.`,
      'Add a longer --timeout.',
    )
  }
}
