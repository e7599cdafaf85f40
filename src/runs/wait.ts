/** Waits for runs, and turns failures into errors. */
import { setMaxListeners } from 'node:events'
import type { Client, RequestOptions } from '../http/request.ts'
import { AT_ONCE, gateFor } from '../http/several.ts'
import { ApiError } from '../http/errors.ts'
import { getRun } from '../api/endpoints.ts'
import { isFinal } from '../api/values.ts'
import type { Run } from '../api/types.ts'
import { CliError, ifBilled, toCliError, withLeftover } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { uptime } from '../http/clock.ts'
import { waitFor, WaitTimeout } from '../http/wait.ts'
import type { PollOptions } from '../http/wait.ts'
import { idsOf, watchRuns } from './watch.ts'

/** Seconds that the server may hold a request, well below the time limit of a read. */
const HELD_S = 10

const FAILURE_CODES = new Map<string, ErrorCode>(
  Object.entries({
    failed: 'run_failed',
    terminated: 'run_terminated',
    timed_out: 'run_timed_out',
    canceled: 'run_canceled',
  }),
)

export interface RunWaitOptions {
  limitSeconds: number
  signal?: AbortSignal
  request?: RequestOptions
  onStatus?: (run: Run) => void
}

/** Waits until the run has ended. @throws CliError `wait_timeout`; the run goes on */
export async function waitForRun(
  client: Client,
  runId: string,
  { limitSeconds, signal, request, onStatus }: RunWaitOptions,
): Promise<Run> {
  let status: string | undefined
  const onAnswer = (run: Run): void => {
    if (run.status !== status) onStatus?.(run)
    status = run.status
  }
  const started = uptime()
  /** The embedded backend holds the request until the run ends or the time to wait is over. */
  const held = (): Record<string, string> => {
    const left = Math.floor(limitSeconds - (uptime() - started) / 1000)
    return client.ephemeral && left > 0 ? { prefer: `wait=${Math.min(left, HELD_S)}` } : {}
  }
  try {
    const askHeld = (poll: PollOptions): Promise<Run> =>
      getRun(client, runId, {
        ...request,
        ...poll,
        headers: { ...request?.headers, ...held() },
      })
    return await waitFor(askHeld, { done: isFinal, limit: limitSeconds, signal, onAnswer })
  } catch (error) {
    throw unsettled(client, error, runId)
  }
}

/** The message of a wait that failed before the run ended. */
function unsettled(client: Client, error: unknown, runId: string): unknown {
  if (error instanceof WaitTimeout) {
    const message = error.failure ? unknownEnd(client, runId) : goesOn(client, runId)
    return new CliError('wait_timeout', message + error.silence, {
      runId,
      hint: `Wait on: \`skyvern task wait ${runId}\`, or stop it: \`skyvern task cancel ${runId}\``,
    })
  }
  if (!(error instanceof ApiError) || error.kind === 'aborted') return error
  // The server does not know the run, or the id is invalid.
  if (error.kind === 'not_found' || error.kind === 'config') {
    const { code, message, details } = toCliError(error)
    return new CliError(code, message, { ...details, runId })
  }
  return withLeftover(
    error,
    { runId },
    `The run may go on${ifBilled(client, ', and bill')}: \`skyvern task get ${runId}\``,
  )
}

const goesOn = (client: Client, runId: string): string =>
  `Run ${runId} has not ended yet. It goes on${ifBilled(client, ' and bills')}.`
const unknownEnd = (client: Client, runId: string): string =>
  `It is not known whether run ${runId} has ended. It may go on${ifBilled(client, ', and bill')}.`

export interface Settled {
  /** Those that have ended, in the order asked for. */
  ended: Run[]
  failures: CliError[]
}

/**
 * Waits for each run separately, so that a failure does not hold back other outputs. Asks for each run once, and then waits
 * with lists. At most ten requests are sent at a time.
 * @param any return when the first run has ended
 */
export async function waitForRuns(
  client: Client,
  runIds: string[],
  any: boolean,
  options: RunWaitOptions & { onEnd: (count: number) => void },
): Promise<Settled> {
  const gate = gateFor(AT_ONCE)
  const ask: typeof getRun = (...args) => gate(() => getRun(...args))
  const first = new AbortController()
  setMaxListeners(0, first.signal)
  const watch = watchRuns(client, first.signal, ask)
  const started = uptime()
  const waitForOne = async (runId: string): Promise<Run> => {
    const { limitSeconds: limit, request } = options
    try {
      const look = (poll: PollOptions) => ask(client, runId, { ...request, ...poll })
      const run = await waitFor(look, { done: () => true, limit, signal: first.signal })
      const left = limit - (uptime() - started) / 1000
      return isFinal(run) ? run : await watch.wait(idsOf(run), left)
    } catch (error) {
      throw unsettled(client, error, runId)
    }
  }
  let count = 0
  const settle = async (runId: string): Promise<Run | CliError | undefined> => {
    try {
      const run = await waitForOne(runId)
      options.onEnd(++count)
      if (any) first.abort()
      return run
    } catch (error) {
      return first.signal.aborted ? undefined : toCliError(error)
    }
  }
  const settled = await Promise.all(runIds.map(settle))
  first.abort()
  const failures = settled.filter((outcome) => outcome instanceof CliError)
  const ended = settled.filter((outcome) => outcome && !(outcome instanceof CliError)) as Run[]
  return { ended: any ? ended.slice(0, 1) : ended, failures: any && count > 0 ? [] : failures }
}

/**
 * The failure of a run that has ended; undefined for success. A server reports a problem of the session as a failed run;
 * here it becomes its own error.
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
      hint: 'Create a new session: `skyvern session create`',
    })
  }
  const verb = run.status === 'timed_out' ? 'timed out' : `was ${run.status}`
  const told = run.status === 'failed' ? 'failed' : verb
  return new CliError(code, `Run ${run.run_id} ${told}${reason ? `: ${reason}` : '.'}`, {
    ...details,
    hint: whereToLook(run),
  })
}

/** Engines that record a timeline. */
const HAS_TIMELINE = ['task_v2', 'workflow_run']

function whereToLook({ run_id: id, run_type: type, screenshot_urls: pictures }: Run): string {
  return [
    HAS_TIMELINE.includes(type) && `What it did: \`skyvern task timeline ${id}\``,
    pictures?.length && `Its last picture: \`skyvern task download ${id} --type screenshot_final\``,
  ]
    .filter(Boolean)
    .join('\n')
}
