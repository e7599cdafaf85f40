/** `credential code`: gives a one-time code to the runs that wait for it. The code itself is never shown. */
import type { Command } from 'commander'
import { sendTotpCode } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { readSecret } from '../../options/secret.ts'
import { runWrite } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<identifier>', 'Mail address or number that the code was sent to')
    .option('--secret-file <path>', 'Read the code, or the message it is in, from a file, or -')
    .action(async (totp_identifier: string, { secretFile }: { secretFile?: string }) => {
      const content = await readSecret(context.output, 'Code', '--secret-file', secretFile)
      await runWrite(
        context,
        async (client, options) => {
          const body = { totp_identifier, content }
          const {
            content: _content,
            code: _code,
            ...sent
          } = await sendTotpCode(client, body, options)
          return sent
        },
        { done: () => `Code for ${totp_identifier} sent`, text: () => '' },
      )
    })
}
