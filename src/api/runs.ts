/** Tasks and runs, one function an endpoint, named as in the official TypeScript SDK. */
import { read, request } from './client.ts'
import type { Client, RequestOptions } from './client.ts'
import { segment } from '../http/id.ts'
import { FINAL_RUN_STATUSES } from './values.ts'
import type { Artifact, Run, RunListItem, RunTaskRequest } from './types.ts'

const expect = { id: 'run_id' }
const pathOf = (runId: string, verb = ''): string => `/v1/runs/${segment(runId)}${verb}`

/** An unknown status is not final. */
export const isFinal = ({ status }: Pick<Run, 'status'>): boolean =>
  FINAL_RUN_STATUSES.includes(status)

/** Submits a task. Never repeated once it was sent: the API has no idempotency key. */
export const runTask = (
  client: Client,
  body: RunTaskRequest,
  options?: RequestOptions,
): Promise<Run> =>
  request(
    client,
    { method: 'POST', path: '/v1/run/tasks', body, repeat: 'unsent', expect },
    options,
  )

export const getRun = (client: Client, runId: string, options?: RequestOptions) =>
  read<Run>(client, { path: pathOf(runId), expect }, options)

export interface GetRunsQuery {
  page?: number
  page_size?: number
  /** Sent as a repeated parameter: a comma list is refused. */
  status?: string[]
  run_type?: string[]
  search_key?: string
}

/** Newest first; pages of up to 100 rows, 100 pages; no total: read on until a short page. */
export const getRuns = (client: Client, query: GetRunsQuery = {}, options?: RequestOptions) =>
  read<RunListItem[]>(client, { path: '/v1/runs', query: { ...query }, expect: 'array' }, options)

/**
 * Cancels a run. Look first: older servers rewrite the status of a finished `tsk_v2_` run, and all answer 400 or 500 for
 * other finished ones (`runs/cancel.ts` does). Never repeated once it was sent: that would take another look.
 */
export const cancelRun = (
  client: Client,
  runId: string,
  options?: RequestOptions,
): Promise<unknown> => {
  const path = pathOf(runId, '/cancel')
  return request(client, { method: 'POST', path, repeat: 'unsent', expect: 'json' }, options)
}

/** An unknown run has no artifacts, and says so with an empty list: get the run first. */
export const getRunArtifacts = (
  client: Client,
  runId: string,
  query: { artifact_type?: string | string[] } = {},
  options?: RequestOptions,
) =>
  read<Artifact[]>(client, { path: pathOf(runId, '/artifacts'), query, expect: 'array' }, options)
