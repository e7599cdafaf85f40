/** The session commands on the wire. */
import { endedSession, session, SESSION_ID } from '../api.ts'
import { words } from './exchange.ts'
import type { Exchange } from './exchange.ts'

export const SESSION_EXCHANGES: Exchange[] = [
  {
    endpoint: 'createBrowserSession',
    route: 'POST /v1/browser_sessions',
    args: words(
      'session create https://example.com --timeout 2h --proxy US --proxy-session-id a1b2 --extension ad-blocker,captcha-solver --browser-type msedge --profile bp_1 --generate-browser-profile --live-view',
    ),
    fields: [
      ['`[url]`', 'url'],
      ['`--timeout`', 'timeout'],
      ['`--proxy`, `--proxy-location`', 'proxy_location'],
      ['`--proxy-session-id`', 'proxy_session_id'],
      ['`--extension`, `--extensions`', 'extensions'],
      ['`--browser-type`', 'browser_type'],
      ['`--profile`, `--browser-profile-id`', 'browser_profile_id'],
      ['`--generate-browser-profile`', 'generate_browser_profile'],
      ['`--live-view`', 'needs_live_view'],
    ],
    body: {
      url: 'https://example.com',
      timeout: 120,
      proxy_location: 'RESIDENTIAL',
      proxy_session_id: 'a1b2',
      extensions: ['ad-blocker', 'captcha-solver'],
      browser_type: 'msedge',
      browser_profile_id: 'bp_1',
      generate_browser_profile: true,
      needs_live_view: true,
    },
    reply: { json: session({ timeout: 120, generate_browser_profile: true }) },
  },
  {
    endpoint: 'createBrowserSession',
    route: 'POST /v1/browser_sessions',
    args: words(
      'session create --proxy-location GB//London --extensions ad-blocker --browser-profile-id bp_1 --body browser_settings={"timezone_id":"Europe/London"}',
    ),
    fields: [['`--body browser_settings={…}`', 'browser_settings']],
    body: {
      proxy_location: { country: 'GB', city: 'London' },
      extensions: ['ad-blocker'],
      browser_profile_id: 'bp_1',
      browser_settings: { timezone_id: 'Europe/London' },
    },
    reply: { json: session() },
  },
  {
    endpoint: 'createBrowserSession',
    route: 'POST /v1/browser_sessions',
    args: words('session create'),
    fields: [['nothing given', 'nothing: an empty object, never null']],
    body: {},
    reply: { json: session() },
  },
  {
    endpoint: 'getBrowserSessions',
    route: 'GET /v1/browser_sessions',
    args: words('session list'),
    fields: [['`session list`', 'none']],
    reply: { json: [session()] },
  },
  {
    endpoint: 'getBrowserSessionHistory',
    route: 'GET /v1/browser_sessions/history',
    args: words('session list --all --limit 5'),
    fields: [
      ['`--all`', 'query.page'],
      ['`--all`', 'query.page_size'],
    ],
    query: { page: ['1'], page_size: ['100'] },
    reply: { json: [session(), endedSession()] },
  },
  {
    endpoint: 'getBrowserSession',
    route: 'GET /v1/browser_sessions/*',
    args: words(`session get ${SESSION_ID}`),
    fields: [['`[session]`', 'path']],
    reply: { json: session() },
  },
  {
    endpoint: 'updateBrowserSession',
    route: 'PATCH /v1/browser_sessions/*',
    args: words(`session patch ${SESSION_ID} --generate-browser-profile`),
    fields: [
      ['`[session]`', 'path'],
      ['`--generate-browser-profile`', 'generate_browser_profile'],
    ],
    body: { generate_browser_profile: true },
    reply: { json: session({ generate_browser_profile: true }) },
  },
  {
    endpoint: 'updateBrowserSession',
    route: 'PATCH /v1/browser_sessions/*',
    args: words(`session patch ${SESSION_ID} --no-generate-browser-profile`),
    fields: [['`--no-generate-browser-profile`', 'generate_browser_profile']],
    body: { generate_browser_profile: false },
    reply: { json: session() },
  },
  {
    endpoint: 'extendBrowserSession',
    route: 'POST /v1/browser_sessions/*/extend',
    args: words(`session extend ${SESSION_ID} --by 1h`),
    fields: [
      ['`[session]`', 'path'],
      ['`--by`', 'additional_minutes'],
    ],
    body: { additional_minutes: 60 },
    reply: { json: session({ timeout: 120 }) },
  },
  {
    endpoint: 'closeBrowserSession',
    route: 'POST /v1/browser_sessions/*/close',
    args: words(`session close ${SESSION_ID}`),
    fields: [['`[sessions…]`', 'path']],
    reply: { json: { message: 'Browser session closed' } },
    around: { 'GET /v1/browser_sessions/*': { json: endedSession() } },
  },
]
