/** The endpoints, one function each, named as in the official TypeScript SDK: `(client, …arguments, options)`. */
import { about, json, many, nothing, one, orNothing, stream } from '../http/answer.ts'
import { endpoint, get, orRead, patch, post, remove } from '../http/endpoint.ts'
import { pathTo } from '../http/id.ts'
import { Multipart } from '../http/multipart.ts'
import type { Part } from '../http/multipart.ts'
import type * as Types from './types.ts'
import { CREATE_TIMEOUT } from './values.ts'

/** The oldest release that was checked and has the endpoints marked with it. */
const since = '1.0.50'

// Browser sessions
const SESSIONS = '/v1/browser_sessions'
/** A session; with the given id, if the path has one. */
const session = (id?: string) => one<Types.BrowserSession>('browser_session_id', id)

/** Starts a session that bills until it is closed. A cloud server may answer only when the browser is up. */
export const createBrowserSession = endpoint((body?: Types.CreateBrowserSessionRequest) =>
  post(SESSIONS, session(), { body: body ?? {}, timeoutInSeconds: CREATE_TIMEOUT }),
)

/** One session, in any state and of any age. */
export const getBrowserSession = endpoint((sessionId: string) =>
  get(pathTo`/v1/browser_sessions/${sessionId}`, session(sessionId)),
)

/** The active sessions created in the last 24 hours: without pages, in any order. */
export const getBrowserSessions = endpoint(() => get(SESSIONS, many<Types.BrowserSession>()))

/** The sessions of the last 7 days in every state, running ones first. */
export const getBrowserSessionHistory = endpoint((query?: Types.PageQuery) =>
  get(`${SESSIONS}/history`, many<Types.BrowserSession>(), { query: { ...query } }),
)

/** Changes the changeable fields of an open session. 409 once it has ended. */
export const updateBrowserSession = orRead(
  getBrowserSession,
  (sessionId, body: { generate_browser_profile: boolean }) =>
    patch(pathTo`/v1/browser_sessions/${sessionId}`, session(sessionId), { body, repeat: 'safe' }),
)

/** Every request adds its minutes again. 409 at the longest lifetime. Servers before 1.0.56 do not have it. */
export const extendBrowserSession = endpoint(
  (sessionId: string, body: { additional_minutes: number }) =>
    post(pathTo`/v1/browser_sessions/${sessionId}/extend`, session(sessionId), { body }),
)

/** An ended session gets the same answer. A cloud server may end it later: see `sessions/close.ts`. */
export const closeBrowserSession = endpoint((sessionId: string) =>
  post(
    pathTo`/v1/browser_sessions/${sessionId}/close`,
    orNothing(about<unknown>('browser_session_id', sessionId)),
    { repeat: 'safe', timeoutInSeconds: 30 },
  ),
)

// Runs

const newRun = one<Types.Run>('run_id')

export const runTask = endpoint((body: Types.RunTaskRequest) =>
  post('/v1/run/tasks', newRun, { body }),
)

/** A run of a saved agent. */
export const runAgent = endpoint((body: Types.RunAgentRequest) =>
  post('/v1/run/agents', newRun, { body, since }),
)

/** Logs in with a stored credential, as a separate run (`wr_…`). */
export const login = endpoint((body: Types.LoginRequest) =>
  post('/v1/run/tasks/login', newRun, { body, since }),
)

export const getRun = endpoint((runId: string) =>
  get(
    pathTo`/v1/runs/${runId}`,
    one<Types.Run>('run_id', runId, (run) => isBehind(runId, run)),
  ),
)

/** Asked for the `wr_…` id behind a `tsk_v2_…` run, the server returns that run, with the id in its `app_url`. */
function isBehind(id: string, { app_url: address }: Types.Run): boolean {
  const [, behind = id] = /\/(wr_\w+)$/.exec(address ?? '') ?? []
  return id.startsWith('wr_') && behind === id
}

/** Newest first; at most 100 pages, without a total: the last page is short. */
export const getRuns = endpoint((query?: Types.GetRunsQuery) =>
  get('/v1/runs', many<Types.RunListItem>(), { query: { ...query } }),
)

/** Read the run before each try, as `runs/cancel.ts` does: older servers rewrite the status of an ended `tsk_v2_` run. */
export const cancelRun = endpoint((runId: string) =>
  post(pathTo`/v1/runs/${runId}/cancel`, orNothing(about<unknown>('run_id', runId))),
)

/** The timeline of a run, newest first. 400 for engines that do not record one. */
export const getRunTimeline = endpoint((runId: string) =>
  get(pathTo`/v1/runs/${runId}/timeline`, many<Types.TimelineItem>(), { since }),
)

/** Sends the webhook of an ended run again; the answer has the result. */
export const retryRunWebhook = endpoint((runId: string, body?: { webhook_url?: string }) =>
  post(pathTo`/v1/runs/${runId}/retry_webhook`, about<Types.WebhookReplay>('run_id', runId), {
    body: body ?? {},
    since,
  }),
)

// Files

/** The list is empty for an unknown run too, so get the run first. */
export const getRunArtifacts = endpoint(
  (runId: string, query?: { artifact_type?: string | string[] }) =>
    get(pathTo`/v1/runs/${runId}/artifacts`, many<Types.Artifact>(), { query: { ...query } }),
)

/** An artifact with a fresh `signed_url`. */
export const getArtifact = endpoint((artifactId: string) =>
  get(pathTo`/v1/artifacts/${artifactId}`, one<Types.Artifact>('artifact_id', artifactId)),
)

/** The bytes of an artifact. Unlike a signed URL, it does not expire. */
export const getArtifactContent = endpoint((artifactId: string) =>
  get(pathTo`/v1/artifacts/${artifactId}/content`, stream),
)

/** A file of at most 30 MB on a self-hosted server. A `Blob` (`fs.openAsBlob`) is streamed. */
export const uploadFile = endpoint((request: { file: Part; retention_days?: number }) =>
  post('/v1/upload_file', one<Types.UploadedFile>('file_id'), {
    body: Multipart.of({ retention_days: request.retention_days, file: request.file }),
    since,
  }),
)

/** 204; a second time 404. */
export const deleteFile = endpoint((fileId: string) =>
  remove(pathTo`/v1/files/${fileId}`, nothing, { since }),
)

// Browser profiles
const PROFILES = '/v1/browser_profiles'
const profile = (id?: string) => one<Types.BrowserProfile>('browser_profile_id', id)

/** An empty profile, or one from an ended session that was set to save it. Names are unique: a repeat gets 409. */
export const createBrowserProfile = endpoint((body: Types.CreateBrowserProfileRequest) =>
  post(PROFILES, profile(), { body }),
)

/** Newest first. */
export const listBrowserProfiles = endpoint((query?: Types.PageQuery & { search_key?: string }) =>
  get(PROFILES, many<Types.BrowserProfile>(), { query: { ...query } }),
)

export const getBrowserProfile = endpoint((profileId: string) =>
  get(pathTo`/v1/browser_profiles/${profileId}`, profile(profileId)),
)

export const updateBrowserProfile = orRead(
  getBrowserProfile,
  (profileId, body: Types.UpdateBrowserProfileRequest) =>
    patch(pathTo`/v1/browser_profiles/${profileId}`, profile(profileId), { body }),
)

/** The agents and credentials that use the profile. */
export const getBrowserProfileUsage = endpoint((profileId: string) =>
  get(
    pathTo`/v1/browser_profiles/${profileId}/usage`,
    about<Types.BrowserProfileUsage>('browser_profile_id', profileId),
  ),
)

/** 204; a second time 404. */
export const deleteBrowserProfile = endpoint((profileId: string) =>
  remove(pathTo`/v1/browser_profiles/${profileId}`, nothing),
)

// Saved agents

/** The newest version of each. */
export const getAgents = endpoint((query?: Types.PageQuery & { search_key?: string }) =>
  get('/v1/agents', many<Types.Agent>(), { query: { ...query }, since }),
)

export const getAgent = endpoint((agentId: string) =>
  get(pathTo`/v1/agents/${agentId}`, one<Types.Agent>('workflow_permanent_id', agentId), { since }),
)

// Stored credentials
const CREDENTIALS = '/v1/credentials'
const credential = (id?: string) => one<Types.Credential>('credential_id', id)

/** Names are not unique. */
export const createCredential = endpoint((body: Types.CreateCredentialRequest) =>
  post(CREDENTIALS, credential(), {
    body,
    secrets: Object.values(body.credential).filter((value) => typeof value === 'string'),
    since,
  }),
)

/** Newest first. */
export const getCredentials = endpoint((query?: Types.PageQuery & { search?: string }) =>
  get(CREDENTIALS, many<Types.Credential>(), { query: { ...query }, since }),
)

export const getCredential = endpoint((credentialId: string) =>
  get(pathTo`/v1/credentials/${credentialId}`, credential(credentialId), { since }),
)

/** 204; a second time 404. */
export const deleteCredential = endpoint((credentialId: string) =>
  post(pathTo`/v1/credentials/${credentialId}/delete`, nothing, { since }),
)

/** Passes a one-time code, or the message that it is in, to the runs that wait for this identifier. */
export const sendTotpCode = endpoint((body: { totp_identifier: string; content: string }) =>
  post(`${CREDENTIALS}/totp`, json<Types.TotpCode>(), { body, secrets: [body.content], since }),
)

// The account

/** The organization of the key: the cheapest call that proves a key. It exists only under the older prefix. */
export const getOrganization = endpoint(() =>
  get('/api/v1/organizations/me', one<Types.Organization>('organization_id')),
)
