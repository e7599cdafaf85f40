/** `/v1/browser_profiles` */
import { randomBytes } from 'node:crypto'
import { RouteReply } from '../call.ts'
import type { RouteCall, Routes } from '../call.ts'
import type { ProfileOptions, ProfileRecord } from '../profiles.ts'
import { invalid } from '../checks.ts'
import { CREATE_PROFILE, LIST_PROFILES, UPDATE_PROFILE } from '../requests.ts'
import { parseBody, parseQuery, unprocessable } from '../shapes.ts'
import { notFound } from '../wire.ts'

export const profileRoutes: Routes = {
  'POST /v1/browser_profiles': create,

  'GET /v1/browser_profiles': ({ backend, query }) => {
    const { page, page_size, search_key, managed, include_deleted } = parseQuery(
      LIST_PROFILES,
      query,
    )
    const word = (search_key ?? '').toLowerCase()
    return backend.profiles
      .newestFirst()
      .filter((profile) => include_deleted || profile.deleted_at === null)
      .filter((profile) => managed !== true || profile.is_managed)
      .filter((profile) =>
        `${profile.name}\n${profile.description ?? ''}`.toLowerCase().includes(word),
      )
      .slice((page - 1) * page_size, page * page_size)
  },

  'GET /v1/browser_profiles/:id': ({ backend, id }) => backend.profiles.get(id),

  'GET /v1/browser_profiles/:id/usage': ({ backend, id }) => {
    const { browser_profile_id } = backend.profiles.get(id)
    const seeded = backend.runs
      .newestFirst()
      .filter((run) => run.browser_profile_id === browser_profile_id)
    return { workflows: [], credentials: [], recent_seeded_run_count: seeded.length }
  },

  'PATCH /v1/browser_profiles/:id': update,

  'DELETE /v1/browser_profiles/:id': async ({ backend, id }) => {
    await backend.profiles.remove(id)
    return new RouteReply(204)
  },
}

function create({ backend, body }: RouteCall): ProfileRecord {
  const fields = parseBody(CREATE_PROFILE, body)
  const { browser_session_id, workflow_run_id, proxy_location } = fields
  const name = fields.name.trim()
  if (browser_session_id !== null && workflow_run_id !== null) {
    const msg = 'Value error, Only one of browser_session_id or workflow_run_id can be provided'
    throw unprocessable('body', invalid('value_error', msg, body ?? null, { error: {} }))
  }
  if (workflow_run_id !== null) throw notFound(`WorkflowRun ${workflow_run_id} not found`)
  const options: ProfileOptions = {
    name,
    description: fields.description,
    proxy_location,
    proxy_session_id: fields.proxy_session_id ?? pinFor(proxy_location),
  }
  if (browser_session_id === null) return backend.profiles.create(options)
  const session = backend.sessions.find(browser_session_id)
  if (session === undefined) {
    throw notFound(`Browser session ${browser_session_id} does not exist or is not live.`)
  }
  const archive = backend.sessions.archive(session.browser_session_id)
  return backend.profiles.create(options, { session, archive })
}

function update({ backend, id, body }: RouteCall): ProfileRecord {
  const fields = parseBody(UPDATE_PROFILE, body)
  const { name, description, proxy_location, proxy_session_id, rotate_proxy_session_id } = fields
  const change: Partial<ProfileOptions> = {
    ...(name !== null && { name: name.trim() }),
    ...(description !== null && { description }),
    ...(proxy_location !== undefined && {
      proxy_location,
      proxy_session_id: pinFor(proxy_location),
    }),
    ...(proxy_session_id !== null && { proxy_session_id }),
    ...(rotate_proxy_session_id && {
      proxy_location: 'RESIDENTIAL_ISP',
      proxy_session_id: pinFor('RESIDENTIAL_ISP'),
    }),
  }
  if (Object.keys(change).length === 0) {
    const msg = 'Value error, At least one field must be provided'
    throw unprocessable('body', invalid('value_error', msg, body ?? null, { error: {} }))
  }
  return backend.profiles.update(id, change)
}

/** The real server pins the address of an ISP proxy under a generated name. */
function pinFor(proxy: unknown): string | null {
  return proxy === 'RESIDENTIAL_ISP' ? randomBytes(5).toString('hex') : null
}
