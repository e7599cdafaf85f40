/** A server with one open session, and the command that closes and saves it. */
import { endedSession, profile, session, SESSION_ID } from './api.ts'
import type { Recorded, Reply, Routes } from './api.ts'

export const SESSION = 'GET /v1/browser_sessions/*'
export const PATCH = 'PATCH /v1/browser_sessions/*'
export const CLOSE = 'POST /v1/browser_sessions/*/close'
export const LIST = 'GET /v1/browser_profiles'
export const CREATE = 'POST /v1/browser_profiles'
export const UPDATE = 'PATCH /v1/browser_profiles/*'
export const DELETE = 'DELETE /v1/browser_profiles/*'
export const PENDING = {
  status: 400,
  json: {
    detail:
      'Browser session does not have a persisted profile archive. Close the session and wait for upload to finish.',
  },
}
export const SAVE = `session close ${SESSION_ID} --save-profile shop`.split(' ')

/** A server with one open session, which ends when it is closed, and no profiles. */
export const serverOf = (more: Routes = {}): Routes => {
  let open = true
  return {
    [SESSION]: () => ({
      json: open ? session() : endedSession({ generate_browser_profile: true }),
    }),
    [PATCH]: { json: session({ generate_browser_profile: true }) },
    [CLOSE]: () => {
      open = false
      return { json: { message: 'Browser session closed' } }
    },
    [LIST]: { json: [] },
    [CREATE]: { json: profile() },
    ...more,
  }
}

export const call = (
  reply: Reply | undefined,
  request: Recorded,
  before: number,
): Reply | Promise<Reply> =>
  typeof reply === 'function' ? reply(request, before) : (reply ?? 'drop')

export const writes = (requests: { method: string; path: string }[]): string[] =>
  requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)
