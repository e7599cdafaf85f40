/** `session close --save-profile`: the session ends, and what it knew becomes a profile. */
import {
  closeBrowserSession,
  createBrowserProfile,
  updateBrowserSession,
} from '../api/endpoints.ts'
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import type { Context } from '../context.ts'
import { CliError, forEachOf, leaving } from '../errors.ts'
import { prepareSave, saveProfile } from './profile.ts'
import { describeUsage } from './profile-usage.ts'
import { closeOne } from './close-one.ts'
import type { CloseOneOptions } from './close-one.ts'

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
    output.note(`Closing in ${seconds} s: until then a self-hosted server may miss new cookies.`),
  )
  const usage = plan.replaced && (await describeUsage(client, plan.replaced.browser_profile_id))
  if (usage) context.warn(`The replaced profile is used by ${usage}; they lose it.`)
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

/** What the session left stays on the server: a login is not lost with the answer. */
function notSaved(error: Error, sessionId: string, { name, replace }: SaveOptions): CliError {
  const flags = `--save-profile "${name}"${replace ? ' --replace-profile' : ''}`
  const next = `The session has ended. Save it again: \`skyvern session close ${sessionId} ${flags}\``
  return leaving(error, { sessionId }, next)
}

/** For a dry run. */
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
