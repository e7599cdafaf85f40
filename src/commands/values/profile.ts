/** Browser profiles by id, or by the name that they have on the server. */
import { getBrowserProfiles } from '../../api/browser-profiles.ts'
import type { Client } from '../../api/client.ts'
import { CliError } from '../../errors.ts'

/** The id of a profile. @throws CliError `not_found` for a name that no profile has */
export async function profileIdOf(
  client: Client,
  given: string | undefined,
): Promise<string | undefined> {
  if (given === undefined || given.startsWith('bp_')) return given
  const found = await getBrowserProfiles(client, { search_key: given, page_size: 100 })
  const profile = found.find(({ name }) => name === given)
  if (profile) return profile.browser_profile_id
  throw new CliError('not_found', `No profile is named "${given}".`, {
    hint: 'See what there is: `skyvern profile list`',
  })
}
