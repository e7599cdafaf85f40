/** Browser profiles by id, or by the name that they have on the server. */
import { InvalidArgumentError } from 'commander'
import type { Client } from '../http/request.ts'
import { CliError } from '../errors.ts'
import { findProfile } from './profile.ts'

/** A name for a profile; ids look different. */
export function parseProfileName(text: string): string {
  const name = text.trim()
  if (name && !name.startsWith('bp_')) return name
  throw new InvalidArgumentError('It takes a name that does not start with bp_.')
}

/** The id of a profile; a dry run asks nobody. @throws CliError `not_found` for a name that no profile has */
export async function profileIdOf(client: Client, given: string): Promise<string> {
  if (given.startsWith('bp_') || client.dryRun) return given
  const profile = await findProfile(client, given)
  if (profile) return profile.browser_profile_id
  throw new CliError('not_found', `No profile is named "${given}".`, {
    hint: 'See what there is: `skyvern profile list`',
  })
}
