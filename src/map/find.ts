/**
 * Finds the run of a row whose submit was not answered: a run in the row's session, with the row's prompt, and newer than
 * every run that the results file names. Nobody else submits runs to a session of the pool.
 */
import { createHash } from 'node:crypto'
import { getRun, getRuns } from '../api/endpoints.ts'
import type { Run } from '../api/types.ts'
import { ApiError } from '../http/errors.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { sleep } from '../http/retry.ts'

/** `absent`: the run was never made. `unknown`: the server does not tell. */
export type FoundRun = { run: Run } | 'absent' | 'unknown'

/** Milliseconds between two looks: a server may list a new run with a delay. */
const BETWEEN_LOOKS = 5_000
/** The server searches at most this many pages. */
const PAGES = 10
const PATIENT: RequestOptions = { maxRetries: 6 }

export interface Sought {
  sessionId: string
  /** The digest of its prompt. */
  prompt: string
  /** Whether the results file names the run. */
  isKnown: (runId: string) => boolean
  stop: AbortSignal
}

/** @throws ApiError `aborted` · what reading the lists throws when all retries fail */
export async function findRun(client: Client, sought: Sought): Promise<FoundRun> {
  try {
    if (!(await searchesBySession(client))) return 'unknown'
    const first = await look(client, sought)
    if (first !== 'absent') return first
    await sleep(BETWEEN_LOOKS, sought.stop)
    if (sought.stop.aborted) throw new ApiError('aborted', 'Interrupted')
    return await look(client, sought)
  } catch (error) {
    if (error instanceof ApiError && [400, 404, 422].includes(error.status ?? 0)) return 'unknown'
    throw error
  }
}

/** Runs are listed newest first, so the first known run ends the search. */
async function look(
  client: Client,
  { sessionId, prompt, isKnown, stop }: Sought,
): Promise<FoundRun> {
  const options = { ...PATIENT, abortSignal: stop }
  let others = false
  for (let page = 1; page <= PAGES; page++) {
    const items = await getRuns(client, { search_key: sessionId, page, page_size: 100 }, options)
    for (const { run_id: listed } of items) {
      if (isKnown(listed)) return others ? 'unknown' : 'absent'
      // The list has `wr_…` ids where other answers have `tsk_v2_…`, and does not contain prompts.
      const run = await getRun(client, listed, options)
      if (isKnown(run.run_id)) return others ? 'unknown' : 'absent'
      if (digestOf(String(run.run_request?.['prompt'] ?? '')) === prompt) return { run }
      others = true
    }
    if (items.length < 100) break
  }
  return others ? 'unknown' : 'absent'
}

/** Whether the server supports this search. Otherwise it ignores the parameter and returns all runs. */
async function searchesBySession(client: Client): Promise<boolean> {
  const query = { search_key: 'pbs_0000000000000000', page_size: 1 }
  return (await getRuns(client, query, PATIENT)).length === 0
}

/** A short digest that ignores leading and trailing whitespace. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(text.trim()).digest('hex').slice(0, 32)
