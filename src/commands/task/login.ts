/** `task login`: logs in with a stored credential, in a session, and waits for it. */
import type { Command } from 'commander'
import { login } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { readText } from '../../options/text.ts'
import { credentialIdOf } from '../../runs/credential.ts'
import { addRunOptions, parseUrl } from '../../runs/options.ts'
import type { RunOptions } from '../../runs/options.ts'
import { placeOf, startRun } from '../../runs/start.ts'
import { checkDropped } from '../../sessions/dropped.ts'

interface LoginOptions extends RunOptions {
  credential: string
  url?: string
  prompt?: string
  totpIdentifier?: string
  totpUrl?: string
}

export function define(command: Command, context: Context): void {
  const own = command
    .requiredOption('--credential <credential>', 'Id or name of the stored credential')
    .option('--url <url>', 'Page to log in on; the page that is open without it', parseUrl)
    .option('--prompt <text>', 'How to log in there: text, @file or -')
    .option('--totp-identifier <id>', 'Where one-time codes are looked up')
    .option('--totp-url <url>', 'Where one-time codes come from', parseUrl)
  addRunOptions(own).action((options: LoginOptions) => run(context, options))
}

async function run(context: Context, options: LoginOptions): Promise<void> {
  const { url } = options
  const prompt = options.prompt === undefined ? undefined : readText(options.prompt, '--prompt')
  const place = await placeOf(context, options)
  const { client, sessionId, profileId } = place
  const body = {
    credential_type: 'skyvern',
    credential_id: await credentialIdOf(client, options.credential),
    url,
    prompt,
    totp_identifier: options.totpIdentifier,
    totp_url: options.totpUrl,
    browser_session_id: sessionId,
    browser_profile_id: profileId,
  }
  await checkDropped(context, client, 'run', body)
  // Shows where the password goes before it is sent.
  context.output.note(`Logging in at ${url ? new URL(url).origin : 'the page that is open'}`)
  const submission = () => ({
    what: 'the log-in',
    send: (request = {}) => login(client, body, request),
    sessionId,
    mayBe: ({ title }: Record<string, unknown>) => title === undefined || title === 'Login',
  })
  await startRun(context, place, submission, options, `credential ${options.credential}`)
}
