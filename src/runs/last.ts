/** The last run of this server and scope, which commands use if no id is given. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { cleanLine } from '../output/clean.ts'
import { messageOf } from '../system/files.ts'

/** The argument `[run]`, for `runIdOf`. */
export const takesRun = (command: Command): Command =>
  command.argument('[run]', 'Id of the run; the last one without it')

/** The argument `[runs...]`, for `runIdOf`. */
export const takesRuns = (command: Command): Command =>
  command.argument('[runs...]', 'Ids of the runs; the last one without them')

/**
 * The given id, else that of the last run, with a note on stderr.
 * @throws CliError `not_found` if no run was submitted yet
 */
export function runIdOf(context: Context, given: string | undefined): string {
  if (given !== undefined) return given
  const id = context.store.lastRun(context.origin(), context.scope.value)
  if (id === undefined) {
    throw new CliError('not_found', 'No run is known here yet.', {
      hint: 'Pass the id of a run: `skyvern task list`',
    })
  }
  context.output.note(`Run ${cleanLine(id)} (last run)`)
  return id
}

/** Never fails, because the run already costs money. */
export function rememberRun(context: Context, runId: string): void {
  try {
    context.store.setLastRun(context.origin(), context.scope.value, runId)
  } catch (error) {
    context.warn(`${runId} could not be remembered as the last run: ${messageOf(error)}`)
  }
}
