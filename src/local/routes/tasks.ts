/** `/v1/run/tasks` */
import type { Json } from '../../api/types.ts'
import type { Backend, RouteCall, Routes } from '../call.ts'
import { invalid, isObject } from '../checks.ts'
import { maskLogin, maskSecrets } from '../mask.ts'
import { RUN_TASK, webAddress } from '../requests.ts'
import type { Enter, RunOrder } from '../runs.ts'
import { endedReason } from '../session-record.ts'
import { parseBody, unprocessable } from '../shapes.ts'
import type { Parsed } from '../shapes.ts'
import { MASK } from '../steps/sentence/secrets.ts'
import { HttpError, notFound } from '../wire.ts'
import { answerRun } from './runs.ts'

type TaskFields = Parsed<typeof RUN_TASK>

export const taskRoutes: Routes = { 'POST /v1/run/tasks': submit }

function submit({ backend, body }: RouteCall): unknown {
  const fields = parseBody(RUN_TASK, body)
  refuseUnavailable(fields, UNAVAILABLE)
  const engine = fields.publish_workflow ? 'skyvern-2.0' : fields.engine
  if (
    engine !== 'skyvern-2.0' &&
    (fields.browser_profile_id !== null || fields.start_fresh_browser)
  ) {
    const detail = `browser_profile_id and start_fresh_browser need the engine skyvern_v2, not ${engine}.`
    throw new HttpError(400, detail)
  }
  if (fields.start_fresh_browser && (fields.browser_session_id ?? fields.browser_profile_id)) {
    const msg = 'Value error, start_fresh_browser cannot be combined with a session or a profile'
    throw unprocessable('body', invalid('value_error', msg, body ?? null, { error: {} }))
  }
  const url = fields.url ? webAddress(fields.url) : undefined
  const options: RunOrder = {
    engine,
    title: fields.title,
    maxScreenshotScrolls: fields.max_screenshot_scrolls,
    profile: fields.browser_profile_id,
    session: fields.browser_session_id,
    headers: fields.extra_http_headers,
    request: publicRequest(fields, engine),
    task: {
      prompt: fields.prompt,
      url,
      maxSteps: fields.max_steps ?? undefined,
      schema: fields.data_extraction_schema ?? undefined,
    },
  }
  const place = placeFor(backend, fields)
  const files = fields.file_ids ?? []
  backend.uploads.check(files)
  const run = backend.runs.submit(options, place, {
    attach: (runId) => backend.uploads.attach(files, runId),
    release: (runId) => backend.uploads.releaseOf(runId),
  })
  return answerRun(run, backend)
}

const UNAVAILABLE = [
  'browser_address',
  'cdp_connect_headers',
  'webhook_url',
  'totp_identifier',
  'totp_url',
  'include_action_history_in_verification',
] as const

/** Refused, because ignoring them would give a wrong result. */
export function refuseUnavailable<Name extends string>(
  fields: Record<Name, unknown>,
  names: readonly Name[],
): void {
  const asked = names.filter((name) => fields[name] !== null && fields[name] !== false)
  if (asked.length === 0) return
  throw new HttpError(400, `${asked.join(', ')}: not available on the embedded backend.`)
}

/** The named session, or a browser for this run alone. */
export function placeFor(
  backend: Backend,
  fields: Pick<TaskFields, 'browser_session_id' | 'browser_profile_id'>,
): Enter {
  const { browser_session_id: sessionId, browser_profile_id: profileId } = fields
  if (sessionId !== null) {
    const session = backend.sessions.find(sessionId)
    if (session === undefined) {
      throw notFound(`Browser session ${sessionId} does not exist or is not live.`)
    }
    if (session.completed_at !== null) throw new HttpError(410, endedReason(session))
    return ({ run_id, workflow_run_id }, until) => {
      const id = workflow_run_id ?? run_id
      const type = id.startsWith('wr_') ? 'workflow_run' : 'task'
      return backend.sessions.claim(sessionId, type, id, until)
    }
  }
  const profile = profileId === null ? undefined : backend.profiles.data(profileId)
  backend.browsers.requireRoom()
  return ({ run_id }) => backend.browsers.openAlone(run_id, profile)
}

/** The request in records and answers, with the fields of the real server but without passwords and proxy credentials. */
function publicRequest(fields: TaskFields, engine: string): { [key: string]: Json } {
  const { proxy_location: proxy, cdp_connect_headers: _refused, ...shown } = fields
  return {
    ...shown,
    prompt: maskSecrets(fields.prompt),
    url: fields.url && maskLogin(fields.url),
    engine,
    // Engine 2.0 generates the title.
    title: engine === 'skyvern-2.0' ? null : fields.title,
    proxy_location: isObject(proxy) && 'url' in proxy ? { url: MASK } : (proxy ?? 'RESIDENTIAL'),
    include_action_history_in_verification: false,
    cdp_connect_headers: null,
    extra_http_headers: fields.extra_http_headers && masked(fields.extra_http_headers),
  }
}

const masked = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, MASK]))
