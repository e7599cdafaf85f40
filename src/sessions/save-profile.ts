/** `session close --save-profile`: closes the session and creates a profile from its cookies and storage. */
import {
  closeBrowserSession,
  createBrowserProfile,
  deleteBrowserProfile,
  getBrowserSession,
  updateBrowserProfile,
  updateBrowserSession,
} from '../api/endpoints.ts'
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import type { Context } from '../context.ts'
import { CliError, forEachOf, withLeftover } from '../errors.ts'
import { createProfile, describeUsage, findProfile } from './profile.ts'
import { closeOne } from './close.ts'
import type { CloseOneOptions } from './close.ts'
import type { BrowserProfile } from '../api/types.ts'
import { hasEnded, sessionEnded } from './state.ts'
import { waitForCookies } from './self-hosted.ts'
import type { CreateOptions } from './profile.ts'

interface SaveOptions extends CloseOneOptions {
  name: string
  replace: boolean
}

export async function closeAndSave(
  context: Context,
  id: string,
  options: SaveOptions,
): Promise<void> {
  const { output } = context
  const client = await context.client()
  if (client.dryRun) return planRequests(client, id, options.name)
  const plan = await prepareSave(client, id, options.name, options.replace, (seconds) =>
    output.note(
      `Closing in ${seconds} s, because a self-hosted server may not have saved the newest cookies yet.`,
    ),
  )
  const usage = plan.replaced && (await describeUsage(client, plan.replaced.browser_profile_id))
  if (usage) context.warn(`The profile to be replaced is used by ${usage}. They will lose it.`)
  await closeOne(context, client, id, {
    waitTimeout: options.waitTimeout,
    request: context.requestOptions(),
  })
  const progress = output.progress(`Saving the profile ${options.name}`)
  const profile = await saveProfile(client, id, plan, { waitSeconds: options.waitTimeout })
    .catch((error: unknown) => {
      const lost = error instanceof CliError && error.code === 'create_unconfirmed'
      throw error instanceof ApiError || lost ? notSaved(error, id, options) : error
    })
    .finally(() => progress.stop())
  output.done(`Profile "${profile.name}" saved`)
  output.result(profile, profile.browser_profile_id)
}

/** The session's archive stays on the server, so a failed save can be repeated. */
function notSaved(error: Error, sessionId: string, { name, replace }: SaveOptions): CliError {
  const flags = `--save-profile "${name}"${replace ? ' --replace-profile' : ''}`
  const next = `The session has ended. Save it again: \`skyvern session close ${sessionId} ${flags}\``
  return withLeftover(error, { sessionId }, next)
}

/** Notes the requests for a dry run. */
async function planRequests(client: Client, id: string, name: string): Promise<void> {
  await forEachOf(
    [
      () => updateBrowserSession(client, id, { generate_browser_profile: true }),
      () => closeBrowserSession(client, id),
      () => createBrowserProfile(client, { name, browser_session_id: id }),
    ],
    (send): Promise<unknown> => send(),
  )
}

export interface SavePlan {
  name: string
  /** The profile that has the name now and will be replaced. */
  replaced?: BrowserProfile
}

/**
 * Prepares a session to be saved under a name, while it can still be changed. A session is not closed if the name is
 * taken, or if the server cannot save it.
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
  // A session that has ended can still be saved if it was set to save: this may be the second try.
  if (hasEnded(session) && !saves && !session.browser_profile_id) throw sessionEnded(session)
  if (!hasEnded(session) && !saves) await arm(client, sessionId)
  if (!hasEnded(session)) await waitForCookies(client, session, onWait)
  return { name, replaced }
}

/** Also needed for a session that was started from a profile: without it, some servers save the old state again. */
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

/** Creates the profile of a session that was closed after `prepareSave`. The old one is deleted once the new one exists. */
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
