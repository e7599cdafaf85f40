/** `auth login`: takes a key, has the server prove it, and stores it for that server alone. */
import type { Command } from 'commander'
import { KEY_PAGE, whereKeyIs } from '../../http/base-url.ts'
import { getOrganization } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { CliError, toCliError, usageError } from '../../errors.ts'
import { tidyKey } from '../../config/settings.ts'
import { cleanLine } from '../../output/clean.ts'
import { openPage } from '../../output/page.ts'
import { askSecret } from '../../output/prompt.ts'
import { readText } from '../../options/text.ts'

export function define(command: Command, context: Context): void {
  command
    .description(
      `Store an API key, which ${KEY_PAGE} shows, or get one with --web; --local needs no key`,
    )
    .option('--with-token', 'Read the key from standard input')
    .option('--web', 'Log in with the web browser')
    .option('--login-page <url>', 'The page for --web, when the base URL does not tell it')
    .action((options: LoginOptions) => login(context, options))
}

interface LoginOptions {
  withToken?: boolean
  web?: boolean
  loginPage?: string
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  const { output, settings, store } = context
  if (settings.local().value) throw usageError('The embedded backend has a key of its own.')
  const origin = context.origin()
  if (!store.keysFile) throw usageError('There is no home folder to store a key in.')
  const given = await askKey(context, origin, options)
  const key = tidyKey(given)
  if (!key) throw new CliError('auth_missing', 'No key was given.')
  const client = await context.client({ apiKey: key })
  const organization = await getOrganization(client).catch(tellRefusal)
  await store.setApiKey(origin, key)
  const owner = cleanLine(organization.organization_name)
  output.done(`Key of ${owner} stored for ${origin} in ${store.keysFile}`)
  const forced = context.env['SKYVERN_API_KEY']
  if (forced && forced !== key) output.warn('SKYVERN_API_KEY is set and stays in force.')
}

/** The key in use is not the one that was refused here. */
function tellRefusal(thrown: unknown): never {
  const error = toCliError(thrown)
  if (error.code !== 'auth_rejected') throw thrown
  const hint = 'Nothing was stored. Copy the key again from ' + KEY_PAGE
  throw new CliError(error.code, error.message, { ...error.details, hint })
}

async function askKey(context: Context, origin: string, options: LoginOptions): Promise<string> {
  const { output, settings, globals } = context
  const flagged = globals.apiKey !== undefined || globals.apiKeyFile !== undefined
  const web = options.web || options.loginPage !== undefined
  if ([flagged, web, options.withToken].filter(Boolean).length > 1) {
    throw usageError('The key comes from one place: --with-token, --web or --api-key-file.')
  }
  if (flagged) return settings.apiKey()?.value ?? ''
  if (options.withToken) return readText('-', '--with-token')
  if (!web) {
    const question = `API key for ${origin}: `
    return askSecret(output, `${whereKeyIs(settings.baseUrl().value)}\n${question}`)
  }
  const { loginPage, receiveKey } = await import('./web-login.ts')
  return receiveKey(options.loginPage ?? loginPage(settings.baseUrl().value), (url) => {
    output.note(`Log in on this page:\n${url}`)
    if (output.terminal.canPrompt) void openPage(url)
  })
}
