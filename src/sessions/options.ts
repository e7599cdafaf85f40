/** The options that describe a new session, shared by every command that opens one. */
import type { Command } from 'commander'
import type { Client } from '../http/request.ts'
import { BROWSER_TYPES, EXTENSIONS } from '../api/values.ts'
import type { CreateBrowserSessionRequest, ProxyLocation } from '../api/types.ts'
import { parseSessionMinutes, retryForOption } from '../options/duration.ts'
import { hidden, parseChoice, parseChoices } from '../options/parse.ts'
import { parseProxy } from '../options/proxy.ts'
import { parseTimezone } from '../options/timezone.ts'
import { parsePrefixed, parseSessionName } from '../options/names.ts'
import { profileIdOf } from './profile.ts'

export interface NewSessionOptions {
  url?: string
  name?: string
  timeout?: number
  proxy?: ProxyLocation
  proxyLocation?: ProxyLocation
  proxySessionId?: string
  extension?: string[]
  extensions?: string[]
  browserType?: string
  timezone?: string
  profile?: string
  browserProfileId?: string
  generateBrowserProfile?: boolean
  liveView?: boolean
  headed?: boolean
  insecureTls?: boolean
}

const extensionList = parseChoices(EXTENSIONS)

export function addNewSessionOptions(command: Command): Command {
  return addBrowserOptions(
    command.option(
      '--name <name>',
      'Name for the session on this machine, usable wherever an id is',
      parseSessionName,
    ),
  )
    .option('--generate-browser-profile', 'Save the profile when the session ends')
    .option('--live-view', 'Ask for a browser that can be watched')
    .option('--headed', 'With --local: a browser with a window, where there is a display')
    .option('--insecure-tls', 'With --local: accept any certificate, for sites of your own')
    .addOption(retryForOption())
}

/** The options that describe the browser of a session, for one session or for many. */
export function addBrowserOptions(command: Command): Command {
  return command
    .option(
      '--timeout <minutes>',
      'Life of the session: 5 to 1440 minutes, or 90m, 2h (server default 60)',
      parseSessionMinutes,
    )
    .option(
      '--proxy <place>',
      'US, GB, US-CA, US/CA/San Francisco, ISP, none, a URL or JSON',
      parseProxy,
    )
    .option('--proxy-session-id <id>', 'Keep the same ISP address across sessions')
    .option('--extension <names>', `Install ${EXTENSIONS.join(' or ')}`, extensionList)
    .option('--browser-type <type>', BROWSER_TYPES.join(', '), parseChoice(BROWSER_TYPES))
    .option('--timezone <name>', 'Time zone of the browser: America/New_York', parseTimezone)
    .option('--profile <profile>', 'Start from a saved profile: bp_… or its name')
    .addOption(hidden('--proxy-location <place>', parseProxy, 'proxy'))
    .addOption(hidden('--extensions <names>', extensionList, 'extension'))
    .addOption(hidden('--browser-profile-id <id>', parsePrefixed('bp_'), 'profile'))
}

/** The request body. A field that was not asked for is left out, because the server gives null its own meaning. */
export async function newSessionRequest(
  client: Client,
  options: NewSessionOptions,
): Promise<CreateBrowserSessionRequest> {
  const wanted = options.profile ?? options.browserProfileId
  const profile = wanted === undefined ? undefined : await profileIdOf(client, wanted)
  return {
    url: options.url,
    timeout: options.timeout,
    proxy_location: options.proxy,
    proxy_session_id: options.proxySessionId,
    extensions: options.extension,
    browser_type: options.browserType,
    browser_settings:
      options.timezone === undefined ? undefined : { timezone_id: options.timezone },
    browser_profile_id: profile,
    generate_browser_profile: options.generateBrowserProfile,
    needs_live_view: options.liveView,
  }
}
