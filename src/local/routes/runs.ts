/** `/v1/runs` and artifacts */
import { toWireArtifact } from '../artifacts.ts'
import { RouteReply } from '../call.ts'
import type { Backend, Routes } from '../call.ts'
import { CANCEL_RUNS, LIST_ARTIFACTS, LIST_RUNS } from '../requests.ts'
import { toWireRun } from '../run-record.ts'
import type { RunRecord } from '../run-record.ts'
import { parseBody, parseQuery } from '../shapes.ts'
import { toTimeline } from '../timeline.ts'
import { notFound } from '../wire.ts'

/** Seconds. A client that prefers to wait (RFC 7240) is answered when the run has ended, at the latest after this. */
const LONGEST_WAIT_S = 20

export const runRoutes: Routes = {
  'GET /v1/runs': ({ backend, query }) => {
    const asked = parseQuery(LIST_RUNS, query, ['status', 'run_type'])
    const word = (asked.search_key ?? '').toLowerCase()
    return backend.runs
      .newestFirst()
      .filter((run) => asked.status?.includes(run.status) ?? true)
      .filter((run) => asked.run_type?.includes(run.run_type) ?? true)
      .filter((run) => searchTextOf(run).toLowerCase().includes(word))
      .slice((asked.page - 1) * asked.page_size, asked.page * asked.page_size)
      .map(toListItem)
  },

  'POST /v1/runs/cancel': async ({ backend, body }) => {
    const ids = [...new Set(parseBody(CANCEL_RUNS, body).run_ids)]
    const outcomes = await Promise.allSettled(ids.map((id) => backend.runs.cancel(id)))
    const which = (status: string): string[] =>
      ids.filter((_, at) => outcomes[at]?.status === status)
    return { cancelled: which('fulfilled'), failed: which('rejected') }
  },

  'GET /v1/runs/:id': async ({ backend, id, request: asked }) => {
    const [, seconds = 0] = /\bwait=(\d+)/.exec(String(asked.headers['prefer'] ?? '')) ?? []
    if (Number(seconds) > 0) {
      await backend.runs.untilEnded(id, Math.min(Number(seconds), LONGEST_WAIT_S) * 1000)
    }
    const run = backend.runs.find(id)
    if (run === undefined) throw notFound(`Task run not found ${id}`)
    if (run.run_type === 'workflow_run') return answerRun(run, backend)
    // The real server does not return the session of a task either.
    const request = { ...run.run_request, browser_session_id: null }
    return answerRun({ ...run, run_request: request }, backend)
  },

  'POST /v1/runs/:id/cancel': async ({ backend, id }) => {
    await backend.runs.cancel(id)
    return null
  },

  'GET /v1/runs/:id/timeline': ({ backend, id }) => {
    const run = backend.runs.find(id)
    if (run === undefined) throw notFound(`Run not found ${id}`)
    return toTimeline(run.workflow_run_id ?? run.run_id, run.steps ?? [])
  },

  'GET /v1/runs/:id/artifacts': ({ backend, id, query }) => {
    const types = parseQuery(LIST_ARTIFACTS, query, ['artifact_type']).artifact_type
    return backend.artifacts
      .ofRun(id)
      .filter((artifact) => types?.includes(artifact.artifact_type) ?? true)
      .map((artifact) => toWireArtifact(artifact, backend.baseUrl()))
  },

  'GET /v1/artifacts/:id': ({ backend, id }) =>
    toWireArtifact(backend.artifacts.get(id), backend.baseUrl()),

  'GET /v1/artifacts/:id/content': ({ backend, id }) => {
    const { artifact_type, file_size, filename } = backend.artifacts.get(id)
    const isDownload = artifact_type === 'download'
    const named = `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`
    return new RouteReply(200, backend.artifacts.content(id), {
      'content-type': isDownload ? 'application/octet-stream' : 'image/png',
      'content-length': String(file_size),
      'content-disposition': isDownload ? named : 'inline',
    })
  },
}

export function answerRun(run: RunRecord, { artifacts, baseUrl }: Backend): unknown {
  return toWireRun(run, artifacts.ofRun(run.run_id), baseUrl())
}

/** Fields of a run that a search covers. The real server also searches its session. */
const searchTextOf = ({ run_id, title, run_request }: RunRecord): string =>
  [run_id, title, run_request['browser_session_id']].join('\n')

function toListItem(run: RunRecord): Record<string, unknown> {
  const { run_id, run_type, status, title, started_at, finished_at, created_at } = run
  return {
    task_run_id: run_id,
    run_id,
    task_run_type: run_type,
    status,
    title,
    started_at,
    finished_at,
    created_at,
    workflow_permanent_id: null,
    workflow_deleted: false,
    script_run: false,
    trigger_type: null,
    attempt: 1,
    retry_pending: false,
    next_attempt_at: null,
    created_by: null,
  }
}
