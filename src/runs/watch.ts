/** Waits for many runs with one list of active runs, and reads each run at its end. */
import { getRun, getRuns } from '../api/endpoints.ts'
import { PAGE_SIZE } from '../http/pages.ts'
import type { Run } from '../api/types.ts'
import { FINAL_RUN_STATUSES, isFinal, RUN_STATUSES } from '../api/values.ts'
import type { Client } from '../http/request.ts'
import type { PollOptions } from '../http/wait.ts'
import { Watch } from '../http/watch.ts'

/** Pages of a hundred runs; the list contains the runs of others too. */
const MOST_PAGES = 20
const GOING = RUN_STATUSES.filter((status) => !FINAL_RUN_STATUSES.includes(status))

/** @param look reads a run */
export const watchRuns = (client: Client, stop: AbortSignal, look: typeof getRun = getRun) =>
  new Watch<Run>({
    list: (poll) => listGoing(client, poll),
    look: (id, poll) => look(client, id, poll),
    hasCome: isFinal,
    stop,
  })

async function listGoing(client: Client, poll: PollOptions): Promise<Set<string>> {
  const going = new Set<string>()
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = { status: GOING, page, page_size: PAGE_SIZE }
    const items = await getRuns(client, query, poll)
    for (const { run_id: id } of items) going.add(id)
    if (items.length < PAGE_SIZE) break
  }
  return going
}

/** The id of a run, and the `wr_…` id under which lists may have it. */
export function idsOf(run: Pick<Run, 'run_id' | 'app_url'>): [string, ...string[]] {
  const listed = /\/(wr_\w+)/.exec(run.app_url ?? '')?.[1]
  return listed === undefined ? [run.run_id] : [run.run_id, listed]
}
