/** The endpoints, one function each, named as in the official TypeScript SDK: `(client, …arguments, options)`. */
import { about, many, nothing, one, orNothing, stream } from '../http/answer.ts'
import { pathTo } from '../http/id.ts'
import { orLook, defineRead, defineWrite } from './endpoint.ts'
import type { PageQuery } from './endpoint.ts'
import type * as Types from './types.ts'

export * from './agents.ts'
export * from './credentials.ts'
export * from './files.ts'
export * from './timeline.ts'

// Browser sessions

const SESSIONS = '/v1/browser_sessions'
/** A session: the one of that id, where it is asked for by id. */
const session = (id?: string) => one<Types.BrowserSession>('browser_session_id', id)

/** Seconds for each try of a create. */
export const CREATE_TIMEOUT = 120

/** Starts a session that bills until it is closed. A cloud server may answer only when the browser is up. */
export const createBrowserSession = defineWrite((body?: Types.CreateBrowserSessionRequest) => ({
  method: 'POST',
  path: SESSIONS,
  body: body ?? {},
  repeat: 'unsent',
  expect: session(),
  timeoutInSeconds: CREATE_TIMEOUT,
}))

/** One session, in any state and of any age. */
export const getBrowserSession = defineRead((sessionId: string) => ({
  path: pathTo`/v1/browser_sessions/${sessionId}`,
  expect: session(sessionId),
}))

/** The active sessions created in the last 24 hours: unpaginated, in no promised order. */
export const getBrowserSessions = defineRead(() => ({
  path: SESSIONS,
  expect: many<Types.BrowserSession>(),
}))

/** The sessions of the last 7 days in every state, running ones first. */
export const getBrowserSessionHistory = defineRead((query?: PageQuery) => ({
  path: `${SESSIONS}/history`,
  query: { ...query },
  expect: many<Types.BrowserSession>(),
}))

const patchBrowserSession = defineWrite(
  (sessionId: string, body: Types.UpdateBrowserSessionRequest) => ({
    method: 'PATCH',
    path: pathTo`/v1/browser_sessions/${sessionId}`,
    body,
    repeat: 'safe',
    expect: orNothing(session(sessionId)),
  }),
)

/** Changes what a live session lets change. 409 once it has ended. */
export const updateBrowserSession = orLook(patchBrowserSession, getBrowserSession)

/**
 * Puts off the end of a live session; every request adds its minutes again. 409 once it has ended or lives as long as it
 * may; servers before 1.0.56 do not know it.
 */
export const extendBrowserSession = defineWrite(
  (sessionId: string, body: Types.ExtendBrowserSessionRequest) => ({
    method: 'POST',
    path: pathTo`/v1/browser_sessions/${sessionId}/extend`,
    body,
    repeat: 'unsent',
    expect: session(sessionId),
  }),
)

/**
 * Asks for the end of a session; the same answer for one that has ended. A cloud server may finish later: see
 * `sessions/close.ts`.
 */
export const closeBrowserSession = defineWrite((sessionId: string) => ({
  method: 'POST',
  path: pathTo`/v1/browser_sessions/${sessionId}/close`,
  repeat: 'safe',
  expect: orNothing(about<unknown>('browser_session_id', sessionId)),
  timeoutInSeconds: 30,
}))

// Tasks and runs

const run = (id?: string) =>
  one<Types.Run>('run_id', id, ({ app_url: address }) => id !== undefined && isBehind(id, address))

/** A `wr_…` behind a `tsk_v2_…` is answered with that one, whose address in the web UI may name it. */
function isBehind(id: string, address?: string | null): boolean {
  const [, behind = id] = /\/(wr_\w+)$/.exec(address ?? '') ?? []
  return id.startsWith('wr_') && behind === id
}

export const runTask = defineWrite((body: Types.RunTaskRequest) => ({
  method: 'POST',
  path: '/v1/run/tasks',
  body,
  repeat: 'unsent',
  expect: run(),
}))

export const getRun = defineRead((runId: string) => ({
  path: pathTo`/v1/runs/${runId}`,
  expect: run(runId),
}))

export interface GetRunsQuery extends PageQuery {
  /** Sent as a repeated parameter: a comma list is refused. */
  status?: string[]
  run_type?: string[]
  search_key?: string
}

/** Newest first; at most 100 pages, and no total: read on until a short page. */
export const getRuns = defineRead((query?: GetRunsQuery) => ({
  path: '/v1/runs',
  query: { ...query },
  expect: many<Types.RunListItem>(),
}))

/**
 * Cancels a run. Look first, and before each further try: older servers rewrite the status of a finished `tsk_v2_` run,
 * and all answer 400 or 500 for other finished ones (`runs/cancel.ts` does).
 */
export const cancelRun = defineWrite((runId: string) => ({
  method: 'POST',
  path: pathTo`/v1/runs/${runId}/cancel`,
  repeat: 'unsent',
  expect: orNothing(about<unknown>('run_id', runId)),
}))

/** An unknown run has no artifacts, and says so with an empty list: get the run first. */
export const getRunArtifacts = defineRead(
  (runId: string, query?: { artifact_type?: string | string[] }) => ({
    path: pathTo`/v1/runs/${runId}/artifacts`,
    query: { ...query },
    expect: many<Types.Artifact>(),
  }),
)

/** An artifact with a fresh `signed_url`. */
export const getArtifact = defineRead((artifactId: string) => ({
  path: pathTo`/v1/artifacts/${artifactId}`,
  expect: one<Types.Artifact>('artifact_id', artifactId),
}))

/** The bytes of an artifact. Works for as long as the server has it, where signed addresses expire. */
export const getArtifactContent = defineRead((artifactId: string) => ({
  path: pathTo`/v1/artifacts/${artifactId}/content`,
  expect: stream,
}))

// Browser profiles

const PROFILES = '/v1/browser_profiles'
const profile = (id?: string) => one<Types.BrowserProfile>('browser_profile_id', id)

/**
 * Makes a profile from a session that has ended and was set to save one, or an empty one. A repeat after a lost answer
 * meets 409, because names are unique. 400 texts: see `sessions/profile.ts`.
 */
export const createBrowserProfile = defineWrite((body: Types.CreateBrowserProfileRequest) => ({
  method: 'POST',
  path: PROFILES,
  body,
  repeat: 'unsent',
  expect: profile(),
}))

export interface ListBrowserProfilesQuery extends PageQuery {
  /** Part of a name or description. */
  search_key?: string
}

/** Newest first. */
export const listBrowserProfiles = defineRead((query?: ListBrowserProfilesQuery) => ({
  path: PROFILES,
  query: { ...query },
  expect: many<Types.BrowserProfile>(),
}))

export const getBrowserProfile = defineRead((profileId: string) => ({
  path: pathTo`/v1/browser_profiles/${profileId}`,
  expect: profile(profileId),
}))

const patchBrowserProfile = defineWrite(
  (profileId: string, body: Types.UpdateBrowserProfileRequest) => ({
    method: 'PATCH',
    path: pathTo`/v1/browser_profiles/${profileId}`,
    body,
    repeat: 'unsent',
    expect: orNothing(profile(profileId)),
  }),
)
export const updateBrowserProfile = orLook(patchBrowserProfile, getBrowserProfile)

/** Who would miss it: agents and credentials that name it. */
export const getBrowserProfileUsage = defineRead((profileId: string) => ({
  path: pathTo`/v1/browser_profiles/${profileId}/usage`,
  expect: about<Types.BrowserProfileUsage>('browser_profile_id', profileId),
}))

/** 204; a second time 404. */
export const deleteBrowserProfile = defineWrite((profileId: string) => ({
  method: 'DELETE',
  path: pathTo`/v1/browser_profiles/${profileId}`,
  repeat: 'unsent',
  expect: nothing,
}))

// The account

/** The organization behind a key: the cheapest call that proves one. It lives under the older prefix alone. */
export const getOrganization = defineRead(() => ({
  path: '/api/v1/organizations/me',
  expect: one<Types.Organization>('organization_id'),
}))
