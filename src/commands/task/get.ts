/** `task get`: everything about one run. */
import type { Command } from 'commander'
import { getRun } from '../../api/endpoints.ts'
import { zonedTime } from '../../http/clock.ts'
import type { Run } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { runIdOf, takesRun } from '../../runs/last.ts'
import { runGet } from '../recipes.ts'
import type { Rows } from '../recipes.ts'
import { stringify } from '../../output/json.ts'

export function define(command: Command, context: Context): void {
  takesRun(command).action((given: string | undefined) => {
    const runId = runIdOf(context, given)
    return runGet(context, (client, options) => getRun(client, runId, options), rowsOf)
  })
}

function rowsOf(run: Run): Rows {
  return [
    ['id', run.run_id],
    ['type', run.run_type],
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
