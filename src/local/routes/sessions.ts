/** `/v1/browser_sessions` */
import { toDownloadedFiles } from '../artifacts.ts'
import type { Backend, RouteCall, Routes } from '../call.ts'
import { notOpened } from '../not-opened.ts'
import { CREATE_SESSION, EXTEND_SESSION, PAGE, UPDATE_SESSION, webAddress } from '../requests.ts'
import { parseBody, parseQuery } from '../shapes.ts'
import type { Parsed } from '../shapes.ts'
import { MAX_TIMEOUT } from '../session-record.ts'
import type { SessionRecord } from '../session-record.ts'
import type { BrowserSession } from '../../api/types.ts'
import { HttpError, parseWireTime } from '../wire.ts'

const DAY = 86_400_000
const START_PAGE_WITHIN = 30_000

export const sessionRoutes: Routes = {
  'POST /v1/browser_sessions': create,

  'GET /v1/browser_sessions': ({ backend }) =>
    backend.sessions
      .newestFirst()
      .filter((session) => session.completed_at === null && isYoung(session, backend.now(), DAY))
      .map((session) => toWire(session, backend)),

  'GET /v1/browser_sessions/history': ({ backend, query }) => {
    const { page, page_size } = parseQuery(PAGE, query)
    const recent = backend.sessions
      .newestFirst()
      .filter((session) => isYoung(session, backend.now(), 7 * DAY))
    const runningFirst = recent.sort(
      (a, b) => Number(b.status === 'running') - Number(a.status === 'running'),
    )
    return runningFirst
      .slice((page - 1) * page_size, page * page_size)
      .map((session) => toWire(session, backend))
  },

  'GET /v1/browser_sessions/:id': ({ backend, id }) => toWire(backend.sessions.get(id), backend),

  'PATCH /v1/browser_sessions/:id': ({ backend, id, body }) => {
    const change = parseBody(UPDATE_SESSION, body)
    if (backend.sessions.get(id).completed_at === null) {
      return toWire(backend.sessions.update(id, change), backend)
    }
    const detail = `Browser session ${id} has already ended and can no longer be updated.`
    throw new HttpError(409, detail)
  },

  'POST /v1/browser_sessions/:id/extend': ({ backend, id, body }) => {
    const { additional_minutes: minutes } = parseBody(EXTEND_SESSION, body)
    const { session, granted } = backend.sessions.extend(id, minutes)
    const warning =
      granted < minutes
        ? `Requested an extension of ${minutes} minutes, but only ${granted} minutes remained under the maximum ` +
          `session lifetime of ${session.timeout} minutes; this session was extended by ${granted} minutes.`
        : null
    return { ...toWire(session, backend), warning }
  },

  'POST /v1/browser_sessions/:id/close': async ({ backend, id }) => {
    await backend.sessions.end(backend.sessions.get(id).browser_session_id, 'completed')
    return { message: 'Browser session closed' }
  },
}

async function create({ backend, body }: RouteCall): Promise<BrowserSession> {
  const options = parseBody(CREATE_SESSION, body)
  const { url, proxy_session_id, proxy_location, browser_profile_id } = options
  if (proxy_session_id !== null && ![null, 'RESIDENTIAL_ISP'].includes(proxy_location as null)) {
    const detail = 'proxy_session_id can only be used with proxy_location RESIDENTIAL_ISP.'
    throw new HttpError(400, detail)
  }
  const address = url === null ? undefined : webAddress(url)
  const profile =
    browser_profile_id === null ? undefined : sourceProfile(backend, browser_profile_id)
  const session = await backend.sessions.create(options, profile)
  const unopened = address && (await openStartPage(backend, session.browser_session_id, address))
  const wire = toWire(backend.sessions.get(session.browser_session_id), backend)
  const ignored = ignoredFields(options)
  const warning = oneText([capped(options), unopened])
  if (ignored.length === 0) return { ...wire, warning }
  const refused = `The embedded backend accepts but does not apply: ${ignored.join(', ')}.`
  return { ...wire, warning: oneText([warning, refused]), embedded: { ignored, warning } }
}

const oneText = (texts: (string | null | undefined)[]): string | null =>
  texts.filter(Boolean).join(' ') || null

function toWire(
  session: SessionRecord,
  { artifacts, baseUrl, cdpAddress }: Backend,
): SessionRecord {
  const { browser_session_id: id } = session
  const downloaded_files = toDownloadedFiles(artifacts.ofSession(id), baseUrl())
  return { ...session, browser_address: cdpAddress(id), downloaded_files }
}

function sourceProfile(backend: Backend, id: string): string | undefined {
  if (backend.profiles.find(id) === undefined) {
    throw new HttpError(404, `Browser profile ${id} not found`)
  }
  return backend.profiles.data(id)
}

/** The requested fields that are not applied. */
function ignoredFields(options: Parsed<typeof CREATE_SESSION>): string[] {
  const { proxy_location } = options
  return [
    proxy_location !== null && proxy_location !== 'NONE' && 'proxy_location',
    options.proxy_session_id !== null && 'proxy_session_id',
    options.extensions?.length && 'extensions',
    options.browser_type !== null && 'browser_type',
    options.needs_live_view && 'needs_live_view',
  ].filter((name) => typeof name === 'string')
}

/** The warning about a capped timeout, in the words of the real server. */
function capped({ timeout }: Parsed<typeof CREATE_SESSION>): string | undefined {
  if (timeout === null || timeout <= MAX_TIMEOUT) return undefined
  return (
    `Requested timeout of ${timeout} minutes exceeds the maximum of ${MAX_TIMEOUT} minutes; this session was ` +
    `capped at ${MAX_TIMEOUT} minutes. A running session can be extended.`
  )
}

/** If the start page fails to load, the session stays open. */
async function openStartPage(
  backend: Backend,
  id: string,
  url: string,
): Promise<string | undefined> {
  try {
    await backend.sessions.open(id, url, START_PAGE_WITHIN)
    return undefined
  } catch (error) {
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    const reason = said.replace(/^page\.goto: /, '')
    return `The start page was not opened: ${/ERR_CERT/.test(reason) ? `${notOpened(url, reason)}.` : reason}`
  }
}

function isYoung(session: SessionRecord, now: number, age: number): boolean {
  return now - parseWireTime(session.created_at) < age
}
