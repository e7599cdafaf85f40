/** `session close`: closes sessions and says so only when they have ended. */
import type { Command } from 'commander'
import { getBrowserSessions } from '../../api/browser-sessions.ts'
import { DryRun } from '../../api/client.ts'
import type { Client } from '../../api/client.ts'
import type { Context } from '../../context.ts'
import { CliError, toCliError, usageError } from '../../errors.ts'
import { closeSession } from '../../lifecycle/close.ts'
import { secondsUsed } from '../../lifecycle/session.ts'
import { confirm } from '../../output/prompt.ts'
import { report } from '../../output/report.ts'
import { formatDuration, waitTimeoutOption } from '../values/duration.ts'
import { parseList } from '../values/options.ts'

interface CloseOptions {
  waitTimeout: number
  ignoreMissing?: boolean
  all?: boolean
  mine?: boolean
  yes?: boolean
}

export function define(command: Command, context: Context): void {
  command
    .argument('[sessions...]', 'Ids or names; the current session without one')
    .addOption(waitTimeoutOption(60))
    .option('--ignore-missing', 'A session that the server does not know is no failure')
    .option('--all', 'Close every active session of the organization')
    .option('--mine', 'Close every open session that this machine created')
    .option('-y, --yes', 'Do not ask')
    .action((given: string[], options: CloseOptions) => close(context, given, options))
}

async function close(context: Context, given: string[], options: CloseOptions): Promise<void> {
  const named = given.flatMap((item) => parseList(item))
  if ([named.length > 0, options.all, options.mine].filter(Boolean).length > 1) {
    throw usageError('Give ids, --all or --mine.')
  }
  const single = !options.all && !options.mine
  const ids = single
    ? named.length > 0
      ? named.map((name) => context.sessionId(name))
      : [context.sessionId()]
    : options.mine
      ? context
          .ledger()
          .entries()
          .flatMap(({ session_id: id }) => id ?? [])
      : await listAll(context, options)
  const client = await context.client()
  const failures: unknown[] = []
  const results: unknown[] = []
  for (const id of new Set(ids)) {
    try {
      results.push(await closeOne(context, client, id, options))
    } catch (error) {
      if (error instanceof DryRun && ids.length > 1) report(error, context.output)
      else failures.push(error)
    }
  }
  if (results.length > 0)
    context.output.result(ids.length > 1 || !single ? results : results[0], '')
  if (ids.length === 0) context.output.note('No open sessions found.')
  finish(context, failures)
}

/** Every failure is told; the gravest decides the exit status: what may still bill comes first. */
function finish(context: Context, failures: unknown[]): void {
  const errors = failures.map(toCliError).sort((a, b) => b.exit - a.exit)
  const [worst] = errors
  for (const error of errors.slice(1)) report(error, context.output)
  if (failures.length === 1) throw failures[0]
  if (worst) throw worst
}

async function closeOne(
  context: Context,
  client: Client,
  id: string,
  { waitTimeout, ignoreMissing }: CloseOptions,
): Promise<unknown> {
  const { output } = context
  const progress = output.progress(`Closing ${id}`)
  const request = context.requestOptions()
  const closed = await closeSession(client, id, { waitSeconds: waitTimeout, request }).finally(() =>
    progress.stop(),
  )
  context.current().forget(id)
  context.ledger().forget(id)
  if (closed.outcome === 'gone') {
    if (!ignoreMissing) {
      throw new CliError('not_found', `The server knows no session ${id}.`, {
        sessionId: id,
        httpStatus: 404,
      })
    }
    output.note(`The server knows no session ${id}.`)
    return { browser_session_id: id, status: null }
  }
  const { session } = closed
  output.done(`Session ${id} ${session.status}, used ${formatDuration(secondsUsed(session))}`)
  return session
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
