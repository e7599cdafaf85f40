/** Profiles: finding one by id or name, creating one from a session or run, and saying who uses it. */
import {
  createBrowserProfile,
  getBrowserProfileUsage,
  listBrowserProfiles,
} from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { ApiError, isInDoubt } from '../http/errors.ts'
import { allPages } from '../http/pages.ts'
import { sleep } from '../http/retry.ts'
import { uptime } from '../http/clock.ts'
import type { BrowserProfile, CreateBrowserProfileRequest } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { findMadeSince, unconfirmed } from './reconcile.ts'

/** Milliseconds between two tries to create a profile whose archive is still being uploaded. */
const UPLOAD_STEP = 1_000

/** The profile with exactly this name. The server's search also finds parts of names and descriptions. */
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

export interface CreateOptions {
  /** Seconds to wait for the upload of the session's archive. */
  waitSeconds: number
  request?: RequestOptions
}

/**
 * Creates a profile. For a session or run, waits until its archive has been uploaded.
 * @throws CliError `wait_timeout` · ApiError for failures that waiting does not resolve
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

/** Sent once. If the answer is lost, the profile is looked up by its name. */
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
 * Whether the archive is still being uploaded or saved. These are final: 400 "not configured", "reused profile" and "no
 * profile archive to save", and 409 for a name that is taken.
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
    `The server has no archive of ${sessionId ?? runId} yet. An archive makes only one profile: was one already created from it?`,
    {
      sessionId,
      runId,
      hint: `Try again: \`skyvern profile create "${name}" ${from}\``,
    },
  )
}

/** The id of a profile. A dry run does not look it up. @throws CliError `not_found` for a name that no profile has */
export async function profileIdOf(client: Client, given: string): Promise<string> {
  if (given.startsWith('bp_') || client.dryRun) return given
  const profile = await findProfile(client, given)
  if (profile) return profile.browser_profile_id
  throw new CliError('not_found', `No profile is named "${given}".`, {
    hint: 'List the profiles: `skyvern profile list`',
  })
}

/** `2 agents (Invoices, Login), 1 credential (Shop)`; empty if it is not used, or if the server cannot tell. */
export async function describeUsage(client: Client, profileId: string): Promise<string> {
  try {
    const { workflows = [], credentials = [] } = await getBrowserProfileUsage(client, profileId)
    const agents = workflows.map((item) => item.title ?? item.workflow_permanent_id)
    const logins = credentials.map((item) => item.name ?? item.credential_id)
    return [count(agents, 'agent'), count(logins, 'credential')].filter(Boolean).join(', ')
  } catch (error) {
    if (error instanceof ApiError) return ''
    throw error
  }
}

const count = (names: string[], noun: string): string =>
  names.length > 0
    ? `${names.length} ${noun}${names.length > 1 ? 's' : ''} (${names.join(', ')})`
    : ''
