/** Plans the remaining work by comparing the table with the results file. */
import type { RunTaskRequest } from '../api/types.ts'
import { digestOf } from './find.ts'
import type { Recorded, RowLine } from './results.ts'
import type { InputRow } from './rows.ts'

/** A row that is not done, and how many tries it has left. */
export interface Task {
  key: string
  /** The request, without a session. */
  body: RunTaskRequest
  row: string
  prompt: string
  /** How many runs were started for it. */
  tries: number
  /** How many more may be started. */
  left: number
  /** How many sessions ended during its runs. */
  lost: number
  /** Its last line, if its run may still be going on. */
  inFlight?: RowLine
}

export interface Plan {
  queue: Task[]
  /** Rows that were in flight when an earlier process ended. */
  inFlight: Task[]
  /** Keys of rows that are done. */
  done: string[]
  failed: string[]
  /** Keys of rows that have changed since they ran. */
  changed: string[]
}

export interface PlanOptions {
  retries: number
  retryFailed?: boolean | undefined
}

/** Statuses after which another try may help. `canceled` was a person's choice; `terminated` means that the goal was out of reach. */
const RETRYABLE = ['failed', 'timed_out']

export const isWorthARetry = (status: string): boolean => RETRYABLE.includes(status)

export function planOf(
  rows: InputRow[],
  requestOf: (row: InputRow) => RunTaskRequest,
  recorded: Recorded,
  { retries, retryFailed }: PlanOptions,
): Plan {
  const plan: Plan = { queue: [], inFlight: [], done: [], failed: [], changed: [] }
  for (const row of rows) {
    const line = recorded.rows.get(row.key)
    const task = taskOf(row, requestOf(row), line, retries)
    if (line?.row !== undefined && line.row !== task.row) plan.changed.push(row.key)
    if (!line || line.status === 'queued') plan.queue.push(task)
    else if (line.status === 'completed') plan.done.push(row.key)
    else if (['submitting', 'running', 'in_doubt'].includes(line.status)) {
      // Its run is found by the prompt that was sent, even if the table has changed.
      plan.inFlight.push({ ...task, inFlight: line, prompt: line.prompt ?? task.prompt })
    } else if (retryFailed) plan.queue.push({ ...task, left: retries + 1 })
    else if (task.left > 0 && isWorthARetry(line.status) && line.run_id) plan.queue.push(task)
    else plan.failed.push(row.key)
  }
  return plan
}

function taskOf(
  row: InputRow,
  body: RunTaskRequest,
  line: RowLine | undefined,
  retries: number,
): Task {
  const { tries = 0, lost = 0 } = line ?? {}
  return {
    key: row.key,
    body,
    row: digestOf(JSON.stringify(body)),
    prompt: digestOf(body.prompt),
    tries,
    left: Math.max(0, retries + 1 - tries),
    lost,
  }
}
