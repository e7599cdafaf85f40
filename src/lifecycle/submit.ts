/** Submitting a task: sent once; when the answer is lost, what may run is looked for and named. */
import type { Client, RequestOptions } from '../api/client.ts'
import { ApiError, DryRun } from '../api/errors.ts'
import { getRuns, runTask } from '../api/runs.ts'
import { sleep } from '../api/retry.ts'
import { timeOf } from '../api/time.ts'
import type { Run, RunTaskRequest } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { isInDoubt } from './open.ts'

export interface SubmitOptions {
  request?: RequestOptions
  note: (text: string) => void
}

/** Seconds after the failure at which the runs are listed. */
const LOOKS = [0, 2, 5]
const CLOCK_TOLERANCE = 2_000

/** @throws CliError `create_unconfirmed` when the answer was lost */
export async function submitTask(
  client: Client,
  body: RunTaskRequest,
  { request, note }: SubmitOptions,
): Promise<Run> {
  const started = Date.now()
  try {
    return await runTask(client, body, request)
  } catch (error) {
    if (error instanceof DryRun || !isInDoubt(error)) throw error
    note('The answer was lost: looking for the run that may have been made…')
    throw unconfirmed(error, await findRuns(client, started, body.title))
  }
}

/** Runs since the submit; the list shows titles but no prompts, so a title narrows it down. */
async function findRuns(client: Client, since: number, title?: string): Promise<string[]> {
  let waited = 0
  for (const second of LOOKS) {
    await sleep((second - waited) * 1000)
    waited = second
    try {
      const runs = await getRuns(client, { page_size: 20 }, { maxRetries: 0, timeoutInSeconds: 10 })
      const from = since + client.clock.offset - CLOCK_TOLERANCE
      const ids = runs
        .filter((run) => timeOf(run.created_at) >= from && (!title || run.title === title))
        .map((run) => run.run_id)
      if (ids.length > 0) return ids
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }
  return []
}

function unconfirmed(cause: ApiError, runs: string[]): CliError {
  const hint =
    runs.length > 0
      ? `It may be one of these:\n${runs.map((id) => `  skyvern task get ${id}`).join('\n')}`
      : 'No new run is listed so far. Look again: `skyvern task list`'
  return new CliError(
    'create_unconfirmed',
    `It is not known whether the task was submitted: ${cause.message}.`,
    {
      hint,
      possible: { runs },
      ...(cause.status !== undefined && { httpStatus: cause.status }),
    },
  )
}
