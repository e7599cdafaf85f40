/** Waits for a run: shows progress, handles Ctrl-C, and prints the output or the failure. */
import type { Client } from '../http/request.ts'
import type { BrowserSession, Run } from '../api/types.ts'
import type { Context } from '../context.ts'
import { afterMaking, ifBilled, toCliError, withLeftover } from '../errors.ts'
import { Interrupted } from '../interrupts.ts'
import type { Interruption } from '../interrupts.ts'
import { cancelUnlessFinal } from './cancel.ts'
import { downloadsOf } from '../files/sources.ts'
import { failureOf, waitForRun } from './wait.ts'
import { stringify } from '../output/json.ts'
import { countOf, formatDuration } from '../output/words.ts'
import { timeOf, uptime } from '../http/clock.ts'
import { secondsLeft } from '../sessions/state.ts'
import { save } from '../files/save.ts'
import { throwGravest } from '../output/report.ts'
import type { OnInterrupt } from './options.ts'

export interface FollowOptions {
  limitSeconds: number
  onInterrupt: OnInterrupt
  interruption: Interruption
  sessionId?: string | undefined
  /** The session of the run, as it was before. */
  session?: BrowserSession | undefined
  /** The folder for the run's downloads, even if it fails. */
  downloadDir?: string | undefined
}

/** Waits, then prints the output. @throws CliError for a run that ended without success · Interrupted */
export async function follow(
  context: Context,
  client: Client,
  submitted: Run,
  options: FollowOptions,
): Promise<void> {
  const started = uptime()
  const run = await waitInterruptibly(context, client, submitted.run_id, options)
  if (context.output.made) context.output.made.open = false
  const files = await saveDownloads(context, client, run, options.downloadDir)
  const failure = failureOf(run, options.sessionId)
  if (failure) throw failure
  receipt(context, client, run, { seconds: (uptime() - started) / 1000, session: options.session })
  printEnded(context, run)
  throwGravest(context.output, files.failures)
}

/** Seconds left of a session below which a note says so. */
const SOON = 600

function receipt(
  { output }: Context,
  client: Client,
  run: Run,
  { seconds, session }: { seconds: number; session?: BrowserSession | undefined },
): void {
  const took = `${run.status} in ${formatDuration(tookOf(run) ?? seconds)}`
  const rows = Array.isArray(run.output) && countOf(run.output, 'row')
  output.done([`Run ${run.run_id} ${took}`, rows].filter(Boolean).join(' · '))
  if (!session) return
  const left = secondsLeft(session, client)
  if (left < SOON) {
    output.note(
      `The session ends in ${formatDuration(Math.max(0, left))} at the earliest. For longer: skyvern session extend ${session.browser_session_id} 30`,
    )
  }
}

/** Seconds that the run took, according to the server. */
function tookOf({ started_at: started, finished_at: finished }: Run): number | undefined {
  const seconds = (timeOf(finished) - timeOf(started)) / 1000
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

/** The output has been paid for: if a selected field does not exist, the error names the run. */
function printEnded({ output }: Context, run: Run): void {
  try {
    output.result(run, outputText(run))
  } catch (error) {
    const { run_id: runId } = run
    if (output.made) throw afterMaking(toCliError(error), { runId, open: false })
    throw withLeftover(error, { runId }, `The whole run: \`skyvern task get ${runId}\``)
  }
}

/** The output has been paid for, so it is printed even if a file cannot be saved. */
async function saveDownloads(
  context: Context,
  client: Client,
  run: Run,
  dir: string | undefined,
): Promise<{ failures: unknown[] }> {
  const sources = dir === undefined ? [] : downloadsOf(run)
  if (dir === undefined || sources.length === 0) return { failures: [] }
  return save(context, client, sources, { dir })
}

/** Prints a string unchanged, other values as JSON, and nothing for null. */
export const outputText = ({ output }: Run): string =>
  output === null || output === undefined
    ? ''
    : typeof output === 'string'
      ? output
      : stringify(output, true)

async function waitInterruptibly(
  context: Context,
  client: Client,
  runId: string,
  { limitSeconds, onInterrupt, interruption }: FollowOptions,
): Promise<Run> {
  const progress = context.output.progress(`Waiting for ${runId}`)
  interruption.signal.addEventListener('abort', () => progress.stop())
  try {
    return await waitForRun(client, runId, {
      limitSeconds,
      signal: interruption.signal,
      onStatus: (run) => progress.update(`Waiting for ${runId}: ${run.status}`),
    })
  } catch (error) {
    progress.stop()
    const received = interruption.received()
    if (!received) throw error
    await abandon(context, client, runId, onInterrupt)
    throw new Interrupted(received)
  } finally {
    progress.stop()
  }
}

async function abandon(
  { output }: Context,
  client: Client,
  runId: string,
  onInterrupt: OnInterrupt,
): Promise<void> {
  if (onInterrupt === 'cancel') {
    try {
      const { run } = await cancelUnlessFinal(client, runId)
      return output.note(`Run ${runId} ${run.status}.`)
    } catch {
      output.warn(`Run ${runId} could not be canceled.`)
    }
  }
  output.last(
    [
      `Stopped waiting. Run ${runId} goes on${ifBilled(client, ' and bills')}.`,
      `  look: skyvern task get ${runId}`,
      `  wait: skyvern task wait ${runId}`,
      `  stop: skyvern task cancel ${runId}`,
    ].join('\n'),
  )
}
