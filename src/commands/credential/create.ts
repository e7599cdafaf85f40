/** `credential create`: the secret comes from standard input, a hidden prompt or a file, never from the command line. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { createCredential } from '../../api/endpoints.ts'
import type { CreateCredentialRequest } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { readSecret } from '../../options/secret.ts'
import { runWrite } from '../recipes.ts'

interface CreateOptions {
  name: string
  type: 'password' | 'secret'
  username?: string
  label?: string
  secretFile?: string
  totpSecretFile?: string
  totpIdentifier?: string
}

export function define(command: Command, context: Context): void {
  command
    .requiredOption('--name <name>', 'What you call it')
    .addOption(
      new Option('--type <type>', 'What it is').choices(['password', 'secret']).default('password'),
    )
    .option('--username <name>', 'User name of a password')
    .option('--label <text>', 'What a secret is')
    .option(
      '--secret-file <path>',
      'Read the password or secret from a file, or - for standard input',
    )
    .option('--totp-secret-file <path>', 'Read the key of an authenticator app from a file')
    .option('--totp-identifier <id>', 'Mail address or number that one-time codes are sent to')
    .action(async (options: CreateOptions) => {
      const body = await requestOf(context, options)
      await runWrite(context, (client, request) => createCredential(client, body, request), {
        done: ({ name, credential_id: id }) => `Credential "${name}" stored as ${id}`,
        text: ({ credential_id: id }) => id,
      })
    })
}

async function requestOf(
  context: Context,
  options: CreateOptions,
): Promise<CreateCredentialRequest> {
  const { name, type, username, label, totpSecretFile, totpIdentifier } = options
  const ask = (question: string, option: string, file?: string): Promise<string> =>
    readSecret(context.output, question, option, file)
  if (type === 'secret') {
    const secret_value = await ask('Secret', '--secret-file', options.secretFile)
    return { name, credential_type: type, credential: { secret_value, secret_label: label } }
  }
  if (username === undefined) throw usageError('A password needs a user name: --username')
  const totp_type = totpSecretFile
    ? 'authenticator'
    : totpIdentifier?.includes('@')
      ? 'email'
      : totpIdentifier && 'text'
  const totp = totpSecretFile && (await ask('Key', '--totp-secret-file', totpSecretFile)).trim()
  const password = await ask('Password', '--secret-file', options.secretFile)
  const credential = { username, password, totp, totp_type, totp_identifier: totpIdentifier }
  return { name, credential_type: type, credential }
}
