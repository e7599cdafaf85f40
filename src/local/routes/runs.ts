/** `/v1/run/tasks`, `/v1/runs` and what runs leave behind */
import type { Json } from '../../api/types.ts'
import { contentAddress, toDownloadedFiles, toWireArtifact } from '../artifacts.ts'
import { Reply } from '../call.ts'
import type { Backend, Call, Routes } from '../call.ts'
import { maskSecrets } from '../mask.ts'
import { CANCEL_RUNS, LIST_ARTIFACTS, LIST_RUNS, RUN_TASK, webAddress } from '../requests.ts'
import type { Enter, RunOptions, RunRecord } from '../runs.ts'
import { isObject, parseBody, parseQuery } from '../shapes.ts'
import type { Parsed } from '../shapes.ts'
import { HttpError, notFound } from '../wire.ts'

type TaskFields = Parsed<typeof RUN_TASK>

export const runRoutes: Routes = {
  'POST /v1/run/tasks': submit,

  'GET /v1/runs': ({ backend, query }) => {
    const asked = parseQuery(LIST_RUNS, query, ['status', 'run_type'])
    const word = (asked.search_key ?? '').toLowerCase()
    return backend.runs
      .newestFirst()
      .filter((run) => asked.status?.includes(run.status) ?? true)
      .filter((run) => asked.run_type?.includes(run.run_type) ?? true)
      .filter((run) => `${run.run_id}\n${run.title ?? ''}`.toLowerCase().includes(word))
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

  'GET /v1/runs/:id': ({ backend, id }) => {
    const run = backend.runs.find(id)
    if (run === undefined) throw notFound(`Task run not found ${id}`)
    // The real server does not give the session of a task back, either.
    const request = { ...run.run_request, browser_session_id: null }
    return toWireRun({ ...run, run_request: request }, backend)
  },

  'POST /v1/runs/:id/cancel': async ({ backend, id }) => {
    await backend.runs.cancel(id)
    return null
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
    return new Reply(200, backend.artifacts.content(id), {
      'content-type': isDownload ? 'application/octet-stream' : 'image/png',
      'content-length': String(file_size),
      'content-disposition': isDownload ? named : 'inline',
    })
  },
}

async function submit({ backend, body }: Call): Promise<unknown> {
  const fields = parseBody(RUN_TASK, body)
  refuseUnavailable(fields)
  const engine = fields.publish_workflow ? 'skyvern-2.0' : fields.engine
  if (
    engine !== 'skyvern-2.0' &&
    (fields.browser_profile_id !== null || fields.start_fresh_browser)
  ) {
    const detail = `browser_profile_id and start_fresh_browser need the engine skyvern_v2, not ${engine}.`
    throw new HttpError(400, detail)
  }
  const url = fields.url ? webAddress(fields.url) : undefined
  const options: RunOptions = {
    engine,
    title: fields.title,
    maxScreenshotScrolls: fields.max_screenshot_scrolls,
    profile: fields.browser_profile_id,
    session: fields.browser_session_id,
    headers: fields.extra_http_headers,
    request: publicRequest(fields, engine),
    task: {
      prompt: fields.prompt,
      ...(url !== undefined && { url }),
      ...(fields.max_steps !== null && { maxSteps: fields.max_steps }),
      ...(fields.error_code_mapping !== null && { errorCodeMapping: fields.error_code_mapping }),
    },
  }
  return toWireRun(backend.runs.submit(options, placeFor(backend, fields)), backend)
}

/** Refused, not ignored: a run that quietly lacks these would give a wrong result. */
function refuseUnavailable(fields: TaskFields): void {
  const names = [
    'data_extraction_schema',
    'browser_address',
    'cdp_connect_headers',
    'webhook_url',
    'totp_identifier',
    'totp_url',
  ] as const
  const asked = names.filter((name) => fields[name] !== null)
  if (asked.length === 0) return
  throw new HttpError(400, `${asked.join(', ')}: not available on the embedded backend.`)
}

/** The session that was named, or a browser for this run alone. */
function placeFor(backend: Backend, fields: TaskFields): Enter {
  const { browser_session_id: sessionId, browser_profile_id: profileId } = fields
  if (sessionId !== null) {
    if (backend.sessions.find(sessionId) === undefined) {
      throw notFound(`Browser session ${sessionId} does not exist or is not live.`)
    }
    return ({ run_id, workflow_run_id }, until) => {
      const type = workflow_run_id === null ? 'task' : 'workflow_run'
      return backend.sessions.claim(sessionId, type, workflow_run_id ?? run_id, until)
    }
  }
  const profile = profileId === null ? undefined : backend.profiles.data(profileId)
  backend.browsers.requireRoom()
  return ({ run_id }) => backend.browsers.openAlone(run_id, profile)
}

/** What records and answers show of the request: no password, no proxy login. */
function publicRequest(fields: TaskFields, engine: string): { [key: string]: Json } {
  const { proxy_location: proxy } = fields
  return {
    prompt: maskSecrets(fields.prompt),
    url: fields.url,
    engine,
    title: fields.title,
    proxy_location: isObject(proxy) && 'url' in proxy ? { url: '***' } : proxy,
    error_code_mapping: fields.error_code_mapping,
    max_steps: fields.max_steps,
    browser_session_id: fields.browser_session_id,
    browser_profile_id: fields.browser_profile_id,
    max_screenshot_scrolls: fields.max_screenshot_scrolls,
  }
}

function toWireRun(run: RunRecord, backend: Backend): Record<string, unknown> {
  const { workflow_run_id: _behind, title: _title, ...wire } = run
  const left = backend.artifacts.ofRun(run.run_id)
  const pictures = left.filter(({ artifact_type }) => artifact_type === 'screenshot_final')
  return {
    ...wire,
    downloaded_files: toDownloadedFiles(left, backend.baseUrl()),
    recording_url: null,
    recording_archived: false,
    screenshot_urls: pictures.map(({ artifact_id }) =>
      contentAddress(artifact_id, backend.baseUrl()),
    ),
    errors: [],
    app_url: null,
    browser_session_id: null,
    script_run: null,
  }
}

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
    trigger_type: 'api',
  }
}
