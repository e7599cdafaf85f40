/** Waiting for many runs: one list of all that are going on, and a look at each at its end. */
import { getRun, getRuns } from '../api/endpoints.ts'
import { PAGE_SIZE } from '../api/pages.ts'
import type { Run } from '../api/types.ts'
import { FINAL_RUN_STATUSES, isFinal, RUN_STATUSES } from '../api/values.ts'
import type { Client } from '../http/request.ts'
import type { Question } from '../http/wait.ts'
import { Watch } from '../http/watch.ts'

/** Of a hundred runs each: the runs of others are in the list too. */
const MOST_PAGES = 20
const GOING = RUN_STATUSES.filter((status) => !FINAL_RUN_STATUSES.includes(status))

/** @param look how a run is asked for */
export const watchRuns = (client: Client, stop: AbortSignal, look: typeof getRun = getRun) =>
  new Watch<Run>({
    list: (question) => listGoing(client, question),
    look: (id, question) => look(client, id, question),
    hasCome: isFinal,
    stop,
  })

async function listGoing(client: Client, question: Question): Promise<Set<string>> {
  const going = new Set<string>()
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = { status: GOING, page, page_size: PAGE_SIZE }
    const items = await getRuns(client, query, question)
    for (const { run_id: id } of items) going.add(id)
    if (items.length < PAGE_SIZE) break
  }
  return going
}

/** The id of a run, and the name that lists may have for it: a `wr_…` for a `tsk_v2_…`. */
export function idsOf(run: Pick<Run, 'run_id' | 'app_url'>): [string, ...string[]] {
  const listed = /\/(wr_\w+)/.exec(run.app_url ?? '')?.[1]
  return listed === undefined ? [run.run_id] : [run.run_id, listed]
}
