/**
 * Profiles out of sessions. What a session leaves is uploaded after its end, and taken up by the first profile that is
 * made of it.
 */
import {
  createBrowserProfile,
  deleteBrowserProfile,
  getBrowserSession,
  listBrowserProfiles,
  updateBrowserProfile,
  updateBrowserSession,
} from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { ApiError, isInDoubt } from '../http/errors.ts'
import { allPages } from '../api/pages.ts'
import { sleep } from '../http/retry.ts'
import { uptime } from '../http/clock.ts'
import type { BrowserProfile, CreateBrowserProfileRequest } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { findMadeSince, unconfirmed } from './reconcile.ts'
import { ended } from './ready.ts'
import { waitForCookies } from './self-hosted.ts'
import { hasEnded } from './state.ts'

/** Milliseconds between two tries to make a profile of what is still uploading. */
const UPLOAD_STEP = 1_000

/** The profile with exactly this name; the server's search also finds parts of names and descriptions. */
export async function findProfile(
  client: Client,
  name: string,
  options?: RequestOptions,
): Promise<BrowserProfile | undefined> {
  const isIt = (profile: BrowserProfile): boolean => profile.name === name
  const profiles = await allPages(
    (page) => listBrowserProfiles(client, { search_key: name, ...page }, options),
    { until: isIt },
  )
  return profiles.find(isIt)
}

export interface SavePlan {
  name: string
  /** The profile that has the name now, and is to be replaced. */
  replaced?: BrowserProfile
}

/**
 * Gets a session ready to be saved under a name, while it can still be changed: nothing is closed for a name that is
 * taken or on a server that cannot save.
 * @throws CliError `conflict`, `session_ended`, `api_error`
 */
export async function prepareSave(
  client: Client,
  sessionId: string,
  name: string,
  replace: boolean,
  onWait: (seconds: number) => void,
): Promise<SavePlan> {
  const replaced = await findProfile(client, name)
  if (replaced && !replace) {
    throw new CliError(
      'conflict',
      `A profile named "${name}" exists (${replaced.browser_profile_id}). The session was not closed.`,
      { sessionId, hint: 'Choose another name, or add --replace-profile.' },
    )
  }
  const session = await getBrowserSession(client, sessionId)
  const saves = session.generate_browser_profile === true
  // One that ended before is no loss when it was set to save: the first try may have come this far.
  if (hasEnded(session) && !saves && !session.browser_profile_id) throw ended(session)
  if (!hasEnded(session) && !saves) await arm(client, sessionId)
  if (!hasEnded(session)) await waitForCookies(client, session, onWait)
  return { name, replaced }
}

/** Also for a session that was started from a profile: without it some servers save the old state again. */
async function arm(client: Client, sessionId: string): Promise<void> {
  const cannot = (reason: string): CliError =>
    new CliError(
      'api_error',
      `The profile cannot be saved: ${reason}. The session is still open.`,
      {
        sessionId,
      },
    )
  try {
    const session = await updateBrowserSession(client, sessionId, {
      generate_browser_profile: true,
    })
    if (!session.generate_browser_profile) throw cannot('this server ignores the setting')
  } catch (error) {
    const unknown =
      error instanceof ApiError && /^(Not Found|Method Not Allowed)$/.test(error.detail ?? '')
    throw unknown ? cannot('this server has no such setting') : error
  }
}

export interface CreateOptions {
  /** Seconds to wait for the upload of what the session left. */
  waitSeconds: number
  request?: RequestOptions
}

/** Makes the profile of a session that was closed after `prepareSave`. The old one goes when the new one exists. */
export async function saveProfile(
  client: Client,
  sessionId: string,
  { name, replaced }: SavePlan,
  options: CreateOptions,
): Promise<BrowserProfile> {
  const first = replaced ? `${name} (new ${Date.now()})` : name
  const body = { name: first, browser_session_id: sessionId }
  const profile = await createProfile(client, body, options)
  if (!replaced) return profile
  try {
    await deleteUnlessGone(client, replaced.browser_profile_id)
    return await updateBrowserProfile(client, profile.browser_profile_id, { name })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw new CliError(
      'conflict',
      `The profile was saved as "${first}" (${profile.browser_profile_id}), but could not take over the name: ${error.message}`,
      { sessionId, hint: `skyvern profile update ${profile.browser_profile_id} --name "${name}"` },
    )
  }
}

async function deleteUnlessGone(client: Client, profileId: string): Promise<void> {
  try {
    await deleteBrowserProfile(client, profileId)
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'not_found') throw error
  }
}

/**
 * Creates a profile; of a session or run, waits for what it left.
 * @throws CliError `wait_timeout` · ApiError for what waiting cannot mend
 */
export async function createProfile(
  client: Client,
  body: CreateBrowserProfileRequest,
  { waitSeconds, request }: CreateOptions,
): Promise<BrowserProfile> {
  const deadline = uptime() + waitSeconds * 1000
  for (;;) {
    try {
      return await createOnce(client, body, request)
    } catch (error) {
      if (!(error instanceof ApiError) || !isPending(error)) throw error
      if (uptime() >= deadline) throw stillPending(body)
      await sleep(UPLOAD_STEP)
    }
  }
}

/** Sent once. When the answer is lost, the name tells whether the profile was made. */
async function createOnce(
  client: Client,
  body: CreateBrowserProfileRequest,
  request?: RequestOptions,
): Promise<BrowserProfile> {
  const sent = uptime()
  try {
    return await createBrowserProfile(client, body, request)
  } catch (error) {
    if (!isInDoubt(error)) throw error
    const { items, unseen } = await findMadeSince(client, sent, {
      list: async (options) => [(await findProfile(client, body.name, options)) ?? []].flat(),
      ours: (profiles) => profiles,
      looks: [0, 2],
    })
    if (items[0]) return items[0]
    throw unconfirmed(error, {
      message: `It is not known whether the profile "${body.name}" was created`,
      noun: 'profile',
      list: 'skyvern profile list',
      unseen,
    })
  }
}

/**
 * The upload is under way, or another save of it is. What is final: 400 "not configured", "reused profile" and "no profile
 * archive to save", and 409 for the name.
 */
const isPending = ({ status, detail = '' }: ApiError): boolean =>
  (status === 400 && /persisted profile archive|have a persisted session/.test(detail)) ||
  (status === 409 && /already being saved/.test(detail))

function stillPending({
  name,
  browser_session_id: sessionId,
  workflow_run_id: runId,
}: CreateBrowserProfileRequest): CliError {
  const from = sessionId ? `--from-session ${sessionId}` : `--from-run ${runId}`
  return new CliError(
    'wait_timeout',
    `The server has nothing saved of ${sessionId ?? runId} so far. What a session leaves makes one profile only: was one made of it before?`,
    {
      sessionId,
      runId,
      hint: `Try again: \`skyvern profile create "${name}" ${from}\``,
    },
  )
}
