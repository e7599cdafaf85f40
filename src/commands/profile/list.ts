/** `profile list`: newest first. */
import type { Command } from 'commander'
import { listBrowserProfiles } from '../../api/endpoints.ts'
import { allPages } from '../../http/pages.ts'
import { zonedTime } from '../../http/clock.ts'
import type { BrowserProfile } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import type { Column } from '../../output/table.ts'
import { parseWhole } from '../../options/parse.ts'
import { runList } from '../recipes.ts'
import { proxyText } from '../../options/proxy.ts'

interface ListOptions {
  search?: string
  limit: number
}

const COLUMNS: Column<BrowserProfile>[] = [
  { title: 'ID', value: (profile) => profile.browser_profile_id },
  { title: 'NAME', value: (profile) => profile.name, shortens: true },
  { title: 'CREATED', value: (profile) => zonedTime(profile.created_at), drop: 2 },
  { title: 'PROXY', value: (profile) => proxyText(profile.proxy_location), drop: 1 },
  { title: 'DESCRIPTION', value: (profile) => profile.description, shortens: true, drop: 3 },
]

export function define(command: Command, context: Context): void {
  command
    .option('--search <text>', 'Only those with this text in name or description')
    .option('--limit <n>', 'Maximum number of rows', parseWhole(1, 100_000), 30)
    .action(({ search, limit }: ListOptions) =>
      runList(
        context,
        (client, options) =>
          allPages(
            (page) => listBrowserProfiles(client, { search_key: search, ...page }, options),
            { enough: limit },
          ),
        { columns: COLUMNS, id: 'browser_profile_id', nothing: 'No profiles found.', limit },
      ),
    )
}
