/** `/v1/run/tasks/login`: the log-in step with a stored credential, as a separate run. */
import type { RouteCall, Routes } from '../call.ts'
import { LOGIN, webAddress } from '../requests.ts'
import { parseBody } from '../shapes.ts'
import { HttpError, newId, notFound } from '../wire.ts'
import { answerRun } from './runs.ts'
import { placeFor, refuseUnavailable } from './tasks.ts'

export const loginRoutes: Routes = { 'POST /v1/run/tasks/login': login }

const UNAVAILABLE = [
  'prompt',
  'webhook_url',
  'totp_identifier',
  'totp_url',
  'browser_address',
] as const

/** The request in the answer. The real server makes an agent for each log-in. */
const AGENT_REQUEST = {
  title: 'Login',
  proxy_location: 'RESIDENTIAL',
  webhook_url: null,
  totp_url: null,
  totp_identifier: null,
  reuse_browser_session: null,
  start_fresh_browser: false,
  max_screenshot_scrolls: null,
  max_elapsed_time_minutes: null,
  extra_http_headers: null,
  cdp_connect_headers: null,
  browser_address: null,
  ai_fallback: null,
  run_with: null,
  browser_type: null,
  run_metadata: null,
  file_ids: null,
}

function login({ backend, body }: RouteCall): unknown {
  const fields = parseBody(LOGIN, body)
  refuseUnavailable(fields, UNAVAILABLE)
  if (fields.credential_type !== 'skyvern') {
    const detail = `credential_type ${fields.credential_type}: not available on the embedded backend.`
    throw new HttpError(400, detail)
  }
  const id = fields.credential_id
  if (id === null)
    throw new HttpError(400, 'credential_id is required to login with Skyvern credential')
  const credential = backend.credentials.find(id)
  if (credential === undefined) throw notFound(`Credential ${id} not found`)
  const { username: user, secret: password } = credential
  if (user === null) throw new HttpError(400, `Credential ${id} is a secret, not a login`)
  const url = fields.url ? webAddress(fields.url) : undefined
  const { browser_session_id, browser_profile_id } = fields
  const request = {
    ...AGENT_REQUEST,
    workflow_id: newId('w', backend.now()),
    parameters: { credential: id },
    browser_session_id,
    browser_profile_id,
  }
  const run = backend.runs.submit(
    {
      engine: 'login',
      title: 'Login',
      maxScreenshotScrolls: null,
      profile: browser_profile_id,
      session: browser_session_id,
      headers: fields.extra_http_headers,
      request,
      task: { prompt: '', login: { user, password }, url },
    },
    placeFor(backend, fields),
  )
  return answerRun(run, backend)
}
