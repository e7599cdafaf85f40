/** `profile delete`: for good, so that it asks, and says who uses the profile. */
import type { Command } from 'commander'
import { deleteBrowserProfile } from '../../api/endpoints.ts'
import type { Client } from '../../http/request.ts'
import { ApiError } from '../../http/errors.ts'
import type { Context } from '../../context.ts'
import { CliError, forEachOf, usageError } from '../../errors.ts'
import { confirm } from '../../output/prompt.ts'
import { throwGravest } from '../../output/report.ts'
import { describeUsage, profileIdOf } from '../../sessions/profile.ts'

interface DeleteOptions {
  yes?: boolean
  ignoreMissing?: boolean
}

export function define(command: Command, context: Context): void {
  command
    .argument('<profiles...>', 'Ids or names')
    .option('-y, --yes', 'Do not ask')
    .option('--ignore-missing', 'A profile that the server does not know is no failure')
    .action((given: string[], options: DeleteOptions) => deleteAll(context, given, options))
}

async function deleteAll(context: Context, given: string[], options: DeleteOptions): Promise<void> {
  const client = await context.client()
  const { failures } = await forEachOf(new Set(given), (profile) =>
    deleteOne(context, client, profile, options).catch((error: unknown) => {
      if (!options.ignoreMissing || !isMissing(error)) throw error
      context.output.note(error.message)
    }),
  )
  throwGravest(context.output, failures)
}

async function deleteOne(
  context: Context,
  client: Client,
  given: string,
  { yes }: DeleteOptions,
): Promise<void> {
  const { output } = context
  const id = await profileIdOf(client, given)
  if (!yes && !client.dryRun) {
    const usage = await describeUsage(client, id)
    const users = usage ? ` It is used by ${usage}.` : ''
    if (!(await confirm(output, `Delete the profile ${given}?${users}`))) {
      throw usageError('Nothing was deleted.')
    }
  }
  await deleteBrowserProfile(client, id, context.requestOptions())
  output.done(`Profile ${given} deleted`)
}

const isMissing = (error: unknown): error is ApiError | CliError =>
  (error instanceof ApiError && error.kind === 'not_found') ||
  (error instanceof CliError && error.code === 'not_found')
