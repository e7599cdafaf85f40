/** Cancels a run without changing one that has already ended. */
import { maxRetriesOf } from '../http/request.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import { delayBeforeRetry, sleep } from '../http/retry.ts'
import { cancelRun, getRun } from '../api/endpoints.ts'
import { isFinal } from '../api/values.ts'
import type { Run } from '../api/types.ts'
import { waitFor } from '../http/wait.ts'
import { CliError } from '../errors.ts'

/**
 * Asks for the status before each try, because older servers (1.0.50) overwrite the status of a finished `tsk_v2_` run.
 * @returns the run as it ended, and whether this call canceled it
 */
export async function cancelUnlessFinal(
  client: Client,
  runId: string,
  request: RequestOptions = {},
): Promise<{ run: Run; canceled: boolean }> {
  for (let attempt = 0; ; attempt++) {
    const before = await getRun(client, runId)
    if (isFinal(before)) {
      return { run: before, canceled: attempt > 0 && before.status === 'canceled' }
    }
    try {
      // The run's own id: the server accepts other ids in a read, but not in a cancel.
      await cancelRun(client, before.run_id, { ...request, maxRetries: 0 })
      break
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (endedMeanwhile(error)) break
      const delay = delayBeforeRetry(attempt, error.retryAfterSeconds)
      const last = attempt >= maxRetriesOf(client, request)
      if (!error.transient || delay === undefined || last) throw error
      await sleep(delay)
    }
  }
  const run = await waitUntilFinal(client, runId)
  return { run, canceled: run.status === 'canceled' }
}

const waitUntilFinal = (client: Client, runId: string): Promise<Run> =>
  waitFor((poll) => getRun(client, runId, poll), {
    done: isFinal,
    limit: 30,
    whenLate: () =>
      new CliError('wait_timeout', `Run ${runId} was asked to stop, but has not stopped yet.`, {
        runId,
        hint: `Look: \`skyvern task get ${runId}\``,
      }),
  })

const endedMeanwhile = ({ detail = '' }: ApiError): boolean =>
  /status transition|already canceled|TaskAlready/.test(detail)
