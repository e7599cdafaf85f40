/** `session patch`: changes what the API can change in an open session. */
import type { Command } from 'commander'
import { updateBrowserSession } from '../../api/endpoints.ts'
import { ApiError } from '../../http/errors.ts'
import type { Context } from '../../context.ts'
import { takesSession } from '../recipes.ts'
import { CliError, usageError } from '../../errors.ts'

interface PatchOptions {
  generateBrowserProfile?: boolean
}

export function define(command: Command, context: Context): void {
  takesSession(command)
    .option('--generate-browser-profile', 'Save the profile when the session ends')
    .option('--no-generate-browser-profile', 'Do not save it')
    .action((given: string | undefined, options: PatchOptions) => patch(context, given, options))
}

async function patch(
  context: Context,
  given: string | undefined,
  options: PatchOptions,
): Promise<void> {
  const { output } = context
  const wanted = options.generateBrowserProfile
  if (wanted === undefined) {
    throw usageError(
      'Nothing to change.',
      'Add --generate-browser-profile or --no-generate-browser-profile.',
    )
  }
  const id = context.sessionId(given)
  const client = await context.client()
  try {
    const body = { generate_browser_profile: wanted }
    const session = await updateBrowserSession(client, id, body, context.requestOptions())
    if (!wanted && session.browser_profile_id) {
      context.warn('The session was started from a profile, and always saves it.')
    }
    output.done(
      wanted ? 'The profile is saved when the session ends.' : 'The profile is not saved.',
    )
    output.result(session, id)
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'conflict') throw error
    throw new CliError('session_ended', error.message, { sessionId: id, httpStatus: 409 })
  }
}
