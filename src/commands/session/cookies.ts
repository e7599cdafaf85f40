/** `session cookies`: reads the cookies of a session, or brings in those of a login made elsewhere. */
import { isatty } from 'node:tty'
import { Argument } from 'commander'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { readJsonOption } from '../../options/text.ts'
import { cleanLine } from '../../output/clean.ts'
import { stringify } from '../../output/json.ts'
import { countOf } from '../../output/words.ts'
import { takesSession } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  takesSession(command.addArgument(new Argument('<action>', 'get, or set').choices(['get', 'set'])))
    .option('--state <json>', 'What to set, a storage state of Playwright: JSON, @file or -')
    .action((action: 'get' | 'set', given: string | undefined, { state }: { state?: string }) => {
      if (action === 'set') return set(context, given, state ?? '-')
      if (state === undefined) return get(context, given)
      throw usageError('--state goes with `session cookies set`.')
    })
}

async function get(context: Context, given: string | undefined): Promise<void> {
  const { inBrowser } = await import('../../cdp/session.ts')
  const { readCookies } = await import('../../cdp/cookies.ts')
  const state = await inBrowser(context, given, readCookies)
  context.output.result(state, stringify(state, true))
}

async function set(context: Context, given: string | undefined, text: string): Promise<void> {
  const { output } = context
  if (context.globals.dryRun) {
    throw usageError('--dry-run shows requests to the API, and cookies are set in the browser.')
  }
  if (text === '-' && isatty(0)) {
    throw usageError(
      'Nothing to set.',
      'Give a storage state: `--state @state.json`, or on standard input.',
    )
  }
  const { inBrowser } = await import('../../cdp/session.ts')
  const { parseState, writeCookies } = await import('../../cdp/cookies.ts')
  const state = parseState(readJsonOption(text, '--state'))
  const { id, refused } = await inBrowser(context, given, async (browser, session) => ({
    id: session.browser_session_id,
    refused: await writeCookies(browser, state),
  }))
  if (state.origins.length > 0) {
    const origins = state.origins.map(({ origin }) => cleanLine(String(origin))).join(', ')
    output.warn(`Only cookies are set. The local storage of these origins is ignored: ${origins}.`)
  }
  if (refused.length > 0) {
    const names = refused.map((name) => cleanLine(name)).join(', ')
    output.warn(`The browser did not accept these cookies, which may have expired: ${names}.`)
  }
  const count = state.cookies.length - refused.length
  output.done(`${count} of ${countOf(state.cookies, 'cookie')} set in session ${id}`)
  output.result({ browser_session_id: id, cookies: count, refused }, '')
}
