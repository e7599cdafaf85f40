/** `auth login`: takes a key, checks it with the server, and stores it for this server only. */
import type { Command } from 'commander'
import { KEY_PAGE, whereKeyIs } from '../../http/base-url.ts'
import { getOrganization } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { CliError, toCliError, usageError } from '../../errors.ts'
import { tidyKey } from '../../config/settings.ts'
import { cleanLine } from '../../output/clean.ts'
import { openInWebBrowser } from '../../output/web-page.ts'
import { askSecret } from '../../output/prompt.ts'
import { readText } from '../../options/text.ts'

export function define(command: Command, context: Context): void {
  command
    .description(
      `Store an API key, which ${KEY_PAGE} shows, or get one with --web; --local needs no key`,
    )
    .option('--with-token', 'Read the key from standard input')
    .option('--web', 'Log in with the web browser')
    .option(
      '--login-page <url>',
      'The login page for --web, if it does not follow from the base URL',
    )
    .action((options: LoginOptions) => login(context, options))
}

interface LoginOptions {
  withToken?: boolean
  web?: boolean
  loginPage?: string
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  const { output, settings, store } = context
  const local = settings.local()
  if (local.value) {
    throw usageError(
      `The embedded backend (${local.source}) has its own key.`,
      'Store one for a server: `skyvern auth login --no-local`',
    )
  }
  const origin = context.origin()
  if (!store.keysFile) throw usageError('The key cannot be stored without a home folder.')
  const given = await askKey(context, origin, options)
  const key = tidyKey(given)
  if (!key) throw new CliError('auth_missing', 'No key was given.')
  const client = await context.client({ apiKey: key })
  const organization = await getOrganization(client).catch(tellRefusal)
  await store.setApiKey(origin, key)
  const owner = cleanLine(organization.organization_name)
  output.done(`Key of ${owner} stored for ${origin} in ${store.keysFile}`)
  const forced = context.env['SKYVERN_API_KEY']
  if (forced && forced !== key) output.warn('SKYVERN_API_KEY is set, and is used instead.')
}

/** Replaces the usual hint, which is about the key in use, not about the one that was refused here. */
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
    throw usageError('Use only one of --with-token, --web and --api-key-file.')
  }
  if (flagged) return settings.apiKey()?.value ?? ''
  if (options.withToken) return readText('-', '--with-token')
  if (!web) {
    const question = `API key for ${origin}: `
    return askSecret(output, `${whereKeyIs(settings.baseUrl().value)}\n${question}`)
  }
  const { loginAddress, receiveKey } = await import('./web-login.ts')
  return receiveKey(options.loginPage ?? loginAddress(settings.baseUrl().value), (url) => {
    output.note(`Log in on this page:\n${url}`)
    if (output.terminal.canPrompt) void openInWebBrowser(url)
  })
}
