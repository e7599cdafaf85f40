/** Submitting a task: sent once; when the answer is lost, what may run is looked for and named. */
import type { Client, RequestOptions } from '../api/client.ts'
import { ApiError, DryRun } from '../http/errors.ts'
import { getRuns, runTask } from '../api/runs.ts'
import { uptime } from '../http/clock.ts'
import type { Run, RunTaskRequest } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { isInDoubt } from '../sessions/open.ts'
import { findMadeSince } from '../sessions/reconcile.ts'

export interface SubmitOptions {
  request?: RequestOptions
  note: (text: string) => void
}

/** @throws CliError `create_unconfirmed` when the answer was lost */
export async function submitTask(
  client: Client,
  body: RunTaskRequest,
  { request, note }: SubmitOptions,
): Promise<Run> {
  const sent = uptime()
  try {
    return await runTask(client, body, request)
  } catch (error) {
    if (error instanceof DryRun || !isInDoubt(error)) throw error
    note('The answer was lost: looking for the run that may have been made…')
    throw unconfirmed(error, await findRuns(client, sent, body.title, request?.lastTry))
  }
}

/** The list shows titles but no prompts, so a title narrows it down. */
async function findRuns(
  client: Client,
  sent: number,
  title: string | undefined,
  stop: AbortSignal | undefined,
): Promise<string[]> {
  const runs = await findMadeSince(client, sent, {
    list: (options) => getRuns(client, { page_size: 20 }, options),
    mayBeOurs: (run) => title === undefined || run.title === title,
    stop,
  })
  return runs.map((run) => run.run_id)
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
