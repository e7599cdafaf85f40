/** `profile get`: everything about one profile. */
import type { Command } from 'commander'
import { getBrowserProfile } from '../../api/endpoints.ts'
import type { BrowserProfile } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { zonedTime } from '../../http/clock.ts'
import { proxyText } from '../../options/proxy.ts'
import { profileIdOf } from '../../sessions/profile.ts'
import { runGet } from '../recipes.ts'
import type { Rows } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<profile>', 'Id or name')
    .action((given: string) =>
      runGet(
        context,
        async (client, options) =>
          getBrowserProfile(client, await profileIdOf(client, given), options),
        rowsOf,
      ),
    )
}

const rowsOf = (profile: BrowserProfile): Rows => [
  ['id', profile.browser_profile_id],
  ['name', profile.name],
  ['description', profile.description],
  ['browser type', profile.source_browser_type],
  ['proxy', proxyText(profile.proxy_location)],
  ['proxy session', profile.proxy_session_id],
  ['created', zonedTime(profile.created_at)],
  ['modified', profile.modified_at && zonedTime(profile.modified_at)],
]
