/** `task get`: everything about one run. */
import type { Command } from 'commander'
import { getRun } from '../../api/endpoints.ts'
import { timeOf, zonedTime } from '../../http/clock.ts'
import type { Run } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { runIdOf, takesRun } from '../../runs/last.ts'
import { runGet } from '../recipes.ts'
import type { Rows } from '../recipes.ts'
import { stringify } from '../../output/json.ts'
import { formatDuration } from '../../output/words.ts'

export function define(command: Command, context: Context): void {
  takesRun(command).action((given: string | undefined) => {
    const runId = runIdOf(context, given)
    return runGet(
      context,
      (client, options) => getRun(client, runId, options),
      (run) => rowsOf(run, context.output.terminal.interactive),
    )
  })
}

/** @param forPeople adds rows that are not printed in a pipe, so that the output for scripts does not change */
function rowsOf(run: Run, forPeople: boolean): Rows {
  const { prompt, engine } = run.run_request ?? {}
  const took = (timeOf(run.finished_at) - timeOf(run.started_at ?? run.created_at)) / 1000
  return [
    ['id', run.run_id],
    ['type', run.run_type],
    ...(forPeople
      ? ([
          ['prompt', prompt],
          ['engine', engine],
          ['took', Number.isNaN(took) ? '' : formatDuration(Math.max(0, took))],
        ] as Rows)
      : []),
    ['status', run.status],
    ['failure reason', run.failure_reason],
    ['output', run.output === null ? '' : stringify(run.output, false)],
    ['steps', run.step_count],
    ['downloads', run.downloaded_files?.length || ''],
    ['page', run.app_url],
    ['created', zonedTime(run.created_at)],
    ['started', run.started_at && zonedTime(run.started_at)],
    ['finished', run.finished_at && zonedTime(run.finished_at)],
  ]
}
