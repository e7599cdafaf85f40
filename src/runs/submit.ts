/** Submits a run once. If the answer is lost, it looks for the runs that the submit may have made, and names them. */
import type { Client, RequestOptions } from '../http/request.ts'
import { getRun, getRuns, runTask } from '../api/endpoints.ts'
import type { Run, RunListItem, RunTaskRequest } from '../api/types.ts'
import { uptime } from '../http/clock.ts'
import { ifBilled } from '../errors.ts'
import { ApiError, isInDoubt } from '../http/errors.ts'
import { AT_ONCE, severalAtOnce } from '../http/several.ts'
import { findMadeSince, unconfirmed } from '../sessions/reconcile.ts'

export interface SubmitOptions {
  request?: RequestOptions
  note: (text: string) => void
}

/** What is submitted, and how to recognise its run. */
export interface Submission {
  /** For a sentence: `the task`. */
  what: string
  send: (options?: RequestOptions) => Promise<Run>
  sessionId?: string
  title?: string
  /** Whether a run that shows this request may be this one. */
  mayBe: (request: Record<string, unknown>) => boolean
}

export const taskSubmission = (client: Client, body: RunTaskRequest): Submission => ({
  what: 'the task',
  send: (options) => runTask(client, body, options),
  sessionId: body.browser_session_id,
  title: body.title,
  mayBe: ({ prompt }) => typeof prompt !== 'string' || prompt === body.prompt,
})

/** @throws CliError `create_unconfirmed` if the answer was lost */
export async function submit(
  client: Client,
  submission: Submission,
  { request, note }: SubmitOptions,
): Promise<Run> {
  const sent = uptime()
  try {
    return await submission.send(request)
  } catch (error) {
    if (!isInDoubt(error)) throw error
    note('The answer was lost. Looking for the run that may have been made…')
    const { items, unseen } = await findMadeSince(client, sent, {
      list: (options) => listRuns(client, submission, options),
      ours: (runs) => oursOf(client, runs, submission),
      stop: request?.lastTry,
    })
    throw unconfirmed(error, {
      message: `It is not known whether ${submission.what} was submitted${ifBilled(client, ', and it would bill')}`,
      noun: 'run',
      ids: items.map((run) => run.run_id),
      intro: 'It may be one of these:',
      each: 'skyvern task get',
      list: 'skyvern task list',
      unseen,
    })
  }
}

const NEWEST = { page_size: 20 }

/** The newest runs, of the session only if this server can search by it. */
async function listRuns(
  client: Client,
  { sessionId }: Submission,
  options: RequestOptions,
): Promise<RunListItem[]> {
  const found = sessionId
    ? await getRuns(client, { ...NEWEST, search_key: sessionId }, options)
    : []
  return found.length > 0 ? found : getRuns(client, NEWEST, options)
}

/**
 * The runs whose request may be ours, as far as the server shows it. The title counts only if one of them has ours, because
 * skyvern-2.0 drops titles.
 */
async function oursOf(
  client: Client,
  runs: RunListItem[],
  { mayBe, title }: Submission,
): Promise<RunListItem[]> {
  const looked = await severalAtOnce(runs, AT_ONCE, async (item) => {
    const run = await look(client, item.run_id)
    const isTheirs = run !== undefined && !mayBe(run.run_request ?? {})
    // A list can show the `wr_…` id of a run, which a cancel does not accept.
    return isTheirs ? [] : [{ ...item, run_id: run?.run_id ?? item.run_id }]
  })
  const ours = looked.flat()
  const titled = ours.filter((run) => title !== undefined && run.title === title)
  return titled.length > 0 ? titled : ours
}

/** Undefined if the run cannot be read; it may be ours. */
async function look(client: Client, runId: string): Promise<Run | undefined> {
  try {
    return await getRun(client, runId, { maxRetries: 0, timeoutInSeconds: 10 })
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}
