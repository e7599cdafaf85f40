/** `profile list`: newest first. */
import type { Command } from 'commander'
import { listBrowserProfiles } from '../../api/browser-profiles.ts'
import type { Client } from '../../api/client.ts'
import { zonedTime } from '../../http/clock.ts'
import type { BrowserProfile } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import type { Column } from '../../output/table.ts'
import { parseWhole } from '../../options/parse.ts'
import { proxyText } from '../../options/proxy.ts'

interface ListOptions {
  search?: string
  limit: number
}

const PAGE = 100
const COLUMNS: Column<BrowserProfile>[] = [
  { title: 'ID', value: (profile) => profile.browser_profile_id },
  { title: 'NAME', value: (profile) => profile.name },
  { title: 'CREATED', value: (profile) => zonedTime(profile.created_at) },
  { title: 'PROXY', value: (profile) => proxyText(profile.proxy_location) },
  { title: 'DESCRIPTION', value: (profile) => profile.description },
]

export function define(command: Command, context: Context): void {
  command
    .option('--search <text>', 'Only those with this text in name or description')
    .option('--limit <n>', 'Rows at the most', parseWhole(1, 100_000), 30)
    .action(async (options: ListOptions) => {
      const client = await context.client()
      const profiles = await readProfiles(client, context, options)
      await context.output.list(profiles, COLUMNS, {
        id: 'browser_profile_id',
        nothing: 'No profiles found.',
        limit: options.limit,
      })
    })
}

async function readProfiles(
  client: Client,
  context: Context,
  { search, limit }: ListOptions,
): Promise<BrowserProfile[]> {
  const size = Math.min(limit, PAGE)
  const profiles: BrowserProfile[] = []
  for (let page = 1; profiles.length < limit; page++) {
    const query = { page, page_size: size, ...(search !== undefined && { search_key: search }) }
    const rows = await listBrowserProfiles(client, query, context.requestOptions())
    profiles.push(...rows)
    if (rows.length < size) break
  }
  return profiles.slice(0, limit)
}
