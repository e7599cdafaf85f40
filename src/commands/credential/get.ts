/** `credential get`: everything about one credential except its secret, which the server never returns. */
import type { Command } from 'commander'
import type { Credential } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { findCredential } from '../../runs/credential.ts'
import { runGet } from '../recipes.ts'
import type { Rows } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<credential>', 'Id or name')
    .action((given: string) =>
      runGet(context, (client, options) => findCredential(client, given, options), rowsOf),
    )
}

const rowsOf = ({ credential: about, ...credential }: Credential): Rows => [
  ['id', credential.credential_id],
  ['name', credential.name],
  ['type', credential.credential_type],
  ['username', about.username],
  ['label', about.secret_label],
  ['card', about.last_four && `${about.brand ?? ''} …${about.last_four}`.trim()],
  ['one-time codes', about.has_totp ? 'authenticator' : about.totp_identifier],
  ['vault', credential.vault_type],
  ['profile', credential.browser_profile_id],
]
