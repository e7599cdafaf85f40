/**
 * `session exec`: runs a command in a session of its own. stdout has only what the command prints, and the exit status is
 * that of the command.
 */
import { Option } from 'commander'
import type { Command } from 'commander'
import { getBrowserSession } from '../../api/endpoints.ts'
import type { Client } from '../../http/request.ts'
import type { BrowserSession } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { Child } from '../../exec/child.ts'
import { closeSession, tellClosed } from '../../sessions/close.ts'
import { asOwnFailure, outcomeOf } from '../../exec/outcome.ts'
import { execInSession } from '../../exec/exec.ts'
import type { ExecEnd } from '../../exec/exec.ts'
import { findExecutable } from '../../exec/executable.ts'
import { hasEnded, sessionEnded } from '../../sessions/state.ts'
import { serverVariables, sessionVariables } from '../../sessions/print.ts'
import { Watchdog } from '../../exec/watchdog.ts'
import { report } from '../../output/report.ts'
import { waitTimeoutOption } from '../../options/duration.ts'
import { createFromOptions } from '../../sessions/start.ts'
import { addNewSessionOptions } from '../../sessions/options.ts'
import type { NewSessionOptions } from '../../sessions/options.ts'

interface ExecOptions extends NewSessionOptions {
  session?: string
  close?: boolean
  watchdog?: boolean
  waitTimeout: number
}

/** Seconds within which the end of the session must be confirmed. */
const CLOSE_WITHIN = 60

export function define(command: Command, context: Context): void {
  addNewSessionOptions(command).option('--url <url>', 'Page to open first')
  const ofNewSessions = command.options.map((option) => option.attributeName())
  command
    .argument('<command...>', 'What to run, after --')
    .addOption(
      new Option('--session <session>', 'Run in this session, and leave it open').conflicts(
        ofNewSessions,
      ),
    )
    .option('--close', 'Close that session too')
    .option('--watchdog', 'Close the session even after kill -9, with a second process')
    .addOption(waitTimeoutOption(120))
    .action((words: string[], options: ExecOptions) => exec(context, words, options))
}

async function exec(context: Context, words: string[], options: ExecOptions): Promise<void> {
  if (options.close && options.session === undefined)
    throw usageError('--close goes with --session.')
  if (options.watchdog && options.session !== undefined && !options.close) {
    throw usageError(
      '--watchdog closes the session, but with --session the session stays open: add --close.',
    )
  }
  if (options.session !== undefined && context.globals.dryRun) {
    throw usageError('--dry-run shows the create, and --session does not create a session.')
  }
  const end = await run(context, words, options).catch((error: unknown) => {
    throw asOwnFailure(error)
  })
  const { thrown, reported } = outcomeOf(end)
  if (reported) report(reported, context.output)
  if (thrown) throw thrown
}

async function run(context: Context, words: string[], options: ExecOptions): Promise<ExecEnd> {
  const { env, output } = context
  const file = findExecutable(words[0] ?? '', env['PATH'])
  const client = await context.client()
  const closes = options.close || options.session === undefined
  const watchdog =
    options.watchdog && !context.globals.dryRun ? await watch(context, client) : undefined
  const onCreated = (id: string): void => watchdog?.watch(id)
  const open = async (): Promise<BrowserSession> => {
    if (options.session !== undefined) return find(context, client, options.session, onCreated)
    const session = await createFromOptions(context, client, options, {
      held: true,
      onCreated,
      work: 'create in exec',
    })
    output.done(`Session ${session.browser_session_id} created, ${session.timeout ?? 'no'} min`)
    return session
  }
  const close = async (id: string): Promise<void> => {
    const progress = output.progress(`Closing ${id}`)
    const closed = await closeSession(client, id, { waitSeconds: CLOSE_WITHIN }).finally(() =>
      progress.stop(),
    )
    tellClosed(context, id, closed, true)
    watchdog?.release()
  }
  return execInSession(client, {
    open,
    readySeconds: options.waitTimeout,
    start: (session) => new Child(file, words, childEnvironment(context, client, session)),
    close: closes ? close : undefined,
    warn: (text) => output.warn(text),
    onAbandon: (error) => report(error, output),
  })
}

function watch(
  context: Context,
  { baseUrl, apiKey, headers, insecureHttp }: Client,
): Promise<Watchdog> {
  const client = { baseUrl, apiKey, headers, insecureHttp }
  const ledger = { folder: context.stateFolder(), origin: context.origin() }
  return Watchdog.start({ client, ledger }, context.env)
}

async function find(
  context: Context,
  client: Client,
  given: string,
  onCreated: (sessionId: string) => void,
): Promise<BrowserSession> {
  const session = await getBrowserSession(client, context.sessionId(given))
  if (hasEnded(session)) throw sessionEnded(session)
  onCreated(session.browser_session_id)
  return session
}

/** Variables with which `skyvern` calls of the command use the same server and session. */
function childEnvironment(
  context: Context,
  client: Client,
  session: BrowserSession,
): NodeJS.ProcessEnv {
  return { ...context.env, ...sessionVariables(session), ...serverVariables(context, client) }
}
