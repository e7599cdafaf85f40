/** `credential list`: newest first, without secrets. */
import type { Command } from 'commander'
import { getCredentials } from '../../api/endpoints.ts'
import type { Credential } from '../../api/types.ts'
import { allPages } from '../../http/pages.ts'
import type { Context } from '../../context.ts'
import { parseWhole } from '../../options/parse.ts'
import type { Column } from '../../output/table.ts'
import { runList } from '../recipes.ts'

const COLUMNS: Column<Credential>[] = [
  { title: 'ID', value: (row) => row.credential_id },
  { title: 'NAME', value: (row) => row.name, shortens: true },
  { title: 'TYPE', value: (row) => row.credential_type },
  {
    title: 'FOR',
    value: ({ credential: about }) => about.username ?? about.secret_label ?? about.last_four,
    shortens: true,
  },
  {
    title: 'CODES',
    value: ({ credential: about }) => (about.has_totp ? 'authenticator' : about.totp_identifier),
    shortens: true,
    drop: 1,
  },
]

interface ListOptions {
  search?: string
  limit: number
}

export function define(command: Command, context: Context): void {
  command
    .option('--search <text>', 'Only those with this text in name, user name or label')
    .option('--limit <n>', 'Maximum number of rows', parseWhole(1, 100_000), 30)
    .action(({ search, limit }: ListOptions) =>
      runList(
        context,
        (client, options) =>
          allPages((page) => getCredentials(client, { search, ...page }, options), {
            enough: limit,
          }),
        { columns: COLUMNS, id: 'credential_id', nothing: 'No credentials found.', limit },
      ),
    )
}
