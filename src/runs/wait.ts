/** Runs: how to wait for one, and what its end means. */
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import { getRun } from '../api/endpoints.ts'
import { isFinal } from '../api/values.ts'
import type { Run } from '../api/types.ts'
import { CliError, leaving } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { waitFor } from '../http/wait.ts'

const FAILURE_CODES = new Map<string, ErrorCode>(
  Object.entries({
    failed: 'run_failed',
    terminated: 'run_terminated',
    timed_out: 'run_timed_out',
    canceled: 'run_canceled',
  }),
)

export interface WaitOptions {
  limitSeconds: number
  signal?: AbortSignal
  onStatus?: (run: Run) => void
}

/** Asks until the run is final. @throws CliError `wait_timeout`; the run goes on */
export async function waitForRun(
  client: Client,
  runId: string,
  { limitSeconds, signal, onStatus }: WaitOptions,
): Promise<Run> {
  let status: string | undefined
  const onAnswer = (run: Run): void => {
    if (run.status !== status) onStatus?.(run)
    status = run.status
  }
  try {
    return await waitFor((question) => getRun(client, runId, question), {
      done: isFinal,
      limit: limitSeconds,
      signal,
      onAnswer,
      whenLate: () =>
        new CliError('wait_timeout', `Run ${runId} has not ended yet. It goes on, and bills.`, {
          runId,
          hint: `Wait on: \`skyvern task wait ${runId}\`, or stop it: \`skyvern task cancel ${runId}\``,
        }),
    })
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind === 'aborted') throw error
    throw leaving(error, { runId }, `The run may go on, and bill: \`skyvern task get ${runId}\``)
  }
}

/**
 * The failure that a final run stands for, or undefined for success. A session's trouble reaches a client only as a
 * failed run: it is told as what it is.
 */
export function failureOf(run: Run, sessionId?: string): CliError | undefined {
  const code = FAILURE_CODES.get(run.status)
  if (!code) return undefined
  const reason = run.failure_reason ?? ''
  const details = { runId: run.run_id, run, sessionId }
  const [, occupant] = /already occupied by (\w+)/.exec(reason) ?? []
  if (occupant) {
    return new CliError('session_busy', `The session is occupied by ${occupant}.`, {
      ...details,
      retryable: true,
      hint: `Wait for it: \`skyvern task wait ${occupant}\`, then run the task again.`,
    })
  }
  if (/Browser session \S+ (is closed|is no longer usable|expired)/.test(reason)) {
    return new CliError('session_ended', 'The session has ended.', {
      ...details,
      hint: 'Open a new one: `skyvern session create`',
    })
  }
  const verb = run.status === 'timed_out' ? 'timed out' : `was ${run.status}`
  const told = run.status === 'failed' ? 'failed' : verb
  return new CliError(code, `Run ${run.run_id} ${told}${reason ? `: ${reason}` : '.'}`, details)
}
