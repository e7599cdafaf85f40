/**
 * What each command puts on the wire. The table is tested row by row (`test/wire.test.ts`), and `docs/wire.md` is
 * written from it.
 */
import { endedSession, profile, PROFILE_ID, run, RUN_ID, session, SESSION_ID } from './api.ts'
import type { Routes } from './api.ts'

export interface Exchange {
  /** The function of the API module. */
  endpoint: string
  /** `POST /v1/browser_sessions`, with `*` for ids. */
  route: string
  /** The command line, a word each. */
  args: string[]
  /** Option or argument → the field that it sets, `query.` before one of the query, or `path`. */
  fields: [flag: string, wire: string][]
  query?: Record<string, string[]>
  body?: unknown
  /** What the server answers, where it is not the usual object. */
  reply?: Routes[string]
  /** Other endpoints that the command asks on its way. */
  around?: Routes
}

const SESSION: Routes = { 'GET /v1/browser_sessions/*': { json: session() } }
const words = (line: string, ...more: string[]): string[] => [...line.split(' '), ...more]

const ROWS: Exchange[] = [
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
  {
    endpoint: 'runTask',
    route: 'POST /v1/run/tasks',
    args: words(
      `task run Look --session ${SESSION_ID} --no-wait --url https://example.com --engine skyvern-1.0 --title T --schema {"type":"object"} --max-steps 7 --error-codes {"E1":"sold"} --webhook-url https://example.com/hook --totp-identifier me --totp-url https://example.com/totp --proxy ISP --model gpt --max-screenshot-scrolls 3 --run-with code --extra-http-header`,
      'X-Team: blue',
    ),
    fields: [
      ['`[prompt]`, `--prompt`', 'prompt'],
      ['`--session`, `--browser-session-id`, the current session', 'browser_session_id'],
      ['`--url`', 'url'],
      ['`--engine`', 'engine'],
      ['`--title`', 'title'],
      ['`--schema`', 'data_extraction_schema'],
      ['`--max-steps`', 'max_steps'],
      ['`--error-codes`', 'error_code_mapping'],
      ['`--webhook-url`', 'webhook_url'],
      ['`--totp-identifier`', 'totp_identifier'],
      ['`--totp-url`', 'totp_url'],
      ['`--proxy`, `--proxy-location`', 'proxy_location'],
      ['`--model`', 'model'],
      ['`--max-screenshot-scrolls`', 'max_screenshot_scrolls'],
      ['`--run-with`', 'run_with'],
      ['`--extra-http-header`', 'extra_http_headers'],
    ],
    body: {
      prompt: 'Look',
      browser_session_id: SESSION_ID,
      url: 'https://example.com',
      engine: 'skyvern-1.0',
      title: 'T',
      data_extraction_schema: { type: 'object' },
      max_steps: 7,
      error_code_mapping: { E1: 'sold' },
      webhook_url: 'https://example.com/hook',
      totp_identifier: 'me',
      totp_url: 'https://example.com/totp',
      proxy_location: 'RESIDENTIAL_ISP',
      model: { model_name: 'gpt' },
      max_screenshot_scrolls: 3,
      run_with: 'code',
      extra_http_headers: { 'x-team': 'blue' },
    },
    reply: { json: run({ status: 'queued' }) },
    around: SESSION,
  },
  {
    endpoint: 'runTask',
    route: 'POST /v1/run/tasks',
    args: words(`task run Look --browser-session-id ${SESSION_ID} --no-wait`),
    fields: [['in a session, without `--engine`', 'engine']],
    body: { prompt: 'Look', browser_session_id: SESSION_ID, engine: 'skyvern-2.0' },
    reply: { json: run({ status: 'queued' }) },
    around: SESSION,
  },
  {
    endpoint: 'runTask',
    route: 'POST /v1/run/tasks',
    args: words('task run --prompt Look --no-session --no-wait --browser-profile-id bp_1'),
    fields: [['`--profile`, `--browser-profile-id`', 'browser_profile_id']],
    body: { prompt: 'Look', engine: 'skyvern-2.0', browser_profile_id: 'bp_1' },
    reply: { json: run({ status: 'queued' }) },
  },
  {
    endpoint: 'runTask',
    route: 'POST /v1/run/tasks',
    args: words('task run Look --no-session --no-wait'),
    fields: [['`--no-session`', 'no browser_session_id, no engine']],
    body: { prompt: 'Look' },
    reply: { json: run({ status: 'queued' }) },
  },
  {
    endpoint: 'getRun',
    route: 'GET /v1/runs/*',
    args: words(`task get ${RUN_ID}`),
    fields: [['`<run>`', 'path']],
    reply: { json: run() },
  },
  {
    endpoint: 'cancelRun',
    route: 'POST /v1/runs/*/cancel',
    args: words(`task cancel ${RUN_ID}`),
    fields: [['`<runs…>`', 'path']],
    reply: { json: null },
    around: {
      'GET /v1/runs/*': (_, before) => ({
        json: run({ status: before === 0 ? 'running' : 'canceled' }),
      }),
    },
  },
  {
    endpoint: 'getRuns',
    route: 'GET /v1/runs',
    args: words('task list --status failed,canceled --type task_v2 --search inv --limit 5'),
    fields: [
      ['`--status`', 'query.status'],
      ['`--type`', 'query.run_type'],
      ['`--search`', 'query.search_key'],
      ['`--limit`', 'query.page_size'],
      ['`--limit`', 'query.page'],
    ],
    query: {
      status: ['failed', 'canceled'],
      run_type: ['task_v2'],
      search_key: ['inv'],
      page: ['1'],
      page_size: ['5'],
    },
    reply: { json: [] },
  },
  {
    endpoint: 'getRunArtifacts',
    route: 'GET /v1/runs/*/artifacts',
    args: words(`task artifacts ${RUN_ID} --type har,trace`),
    fields: [
      ['`<run>`', 'path'],
      ['`--type`', 'query.artifact_type'],
    ],
    query: { artifact_type: ['har', 'trace'] },
    reply: { json: [] },
    around: { 'GET /v1/runs/*': { json: run() } },
  },
  {
    endpoint: 'getArtifactContent',
    route: 'GET /v1/artifacts/*/content',
    args: words(`task download ${RUN_ID} --dir . --overwrite`),
    fields: [['`artifact_id` of a file', 'path']],
    reply: { bytes: Buffer.from('bytes') },
    around: {
      'GET /v1/runs/*': {
        json: run({ downloaded_files: [{ url: '', filename: 'a.txt', artifact_id: 'a_1' }] }),
      },
      'GET /v1/runs/*/artifacts': { json: [] },
    },
  },
  {
    endpoint: 'createBrowserProfile',
    route: 'POST /v1/browser_profiles',
    args: words(
      `profile create shop --description D --from-session ${SESSION_ID} --proxy US-CA --proxy-session-id a1`,
    ),
    fields: [
      ['`<name>`, `session close --save-profile`', 'name'],
      ['`--description`', 'description'],
      ['`--from-session`', 'browser_session_id'],
      ['`--proxy`', 'proxy_location'],
      ['`--proxy-session-id`', 'proxy_session_id'],
    ],
    body: {
      name: 'shop',
      description: 'D',
      browser_session_id: SESSION_ID,
      proxy_location: { country: 'US', subdivision: 'CA' },
      proxy_session_id: 'a1',
    },
    reply: { json: profile() },
    around: { 'GET /v1/browser_sessions/*': { json: endedSession() } },
  },
  {
    endpoint: 'createBrowserProfile',
    route: 'POST /v1/browser_profiles',
    args: words('profile create shop --from-run wr_1'),
    fields: [['`--from-run`', 'workflow_run_id']],
    body: { name: 'shop', workflow_run_id: 'wr_1' },
    reply: { json: profile() },
  },
  {
    endpoint: 'listBrowserProfiles',
    route: 'GET /v1/browser_profiles',
    args: words('profile list --search shop --limit 5'),
    fields: [
      ['`--search`, a name in place of an id', 'query.search_key'],
      ['`--limit`', 'query.page_size'],
      ['`--limit`', 'query.page'],
    ],
    query: { search_key: ['shop'], page: ['1'], page_size: ['5'] },
    reply: { json: [profile()] },
  },
  {
    endpoint: 'getBrowserProfile',
    route: 'GET /v1/browser_profiles/*',
    args: words(`profile get ${PROFILE_ID}`),
    fields: [['`<profile>`', 'path']],
    reply: { json: profile() },
  },
  {
    endpoint: 'updateBrowserProfile',
    route: 'PATCH /v1/browser_profiles/*',
    args: words(
      `profile update ${PROFILE_ID} --name store --description D --proxy GB --proxy-session-id a1 --rotate-proxy-session-id`,
    ),
    fields: [
      ['`<profile>`', 'path'],
      ['`--name`', 'name'],
      ['`--description`', 'description'],
      ['`--proxy`', 'proxy_location'],
      ['`--proxy-session-id`', 'proxy_session_id'],
      ['`--rotate-proxy-session-id`', 'rotate_proxy_session_id'],
    ],
    body: {
      name: 'store',
      description: 'D',
      proxy_location: 'RESIDENTIAL_GB',
      proxy_session_id: 'a1',
      rotate_proxy_session_id: true,
    },
    reply: { json: profile() },
  },
  {
    endpoint: 'updateBrowserProfile',
    route: 'PATCH /v1/browser_profiles/*',
    args: words(`profile update ${PROFILE_ID} --no-proxy`),
    fields: [['`--no-proxy`', 'proxy_location (null)']],
    body: { proxy_location: null },
    reply: { json: profile() },
  },
  {
    endpoint: 'deleteBrowserProfile',
    route: 'DELETE /v1/browser_profiles/*',
    args: words(`profile delete ${PROFILE_ID} --yes`),
    fields: [['`<profiles…>`', 'path']],
    reply: { status: 204, text: '' },
  },
  {
    endpoint: 'getOrganization',
    route: 'GET /api/v1/organizations/me',
    args: words('auth status'),
    fields: [['`auth status`, `auth login`, `doctor`', 'none']],
    reply: { json: { organization_id: 'o_1', organization_name: 'Acme' } },
  },
]

/** The rows with the names of their tests: the endpoint, and a number where it has several. */
export const EXCHANGES = ROWS.map((row, index) => {
  const same = ROWS.filter(({ endpoint }) => endpoint === row.endpoint)
  const before = ROWS.slice(0, index).filter(({ endpoint }) => endpoint === row.endpoint)
  const title = same.length > 1 ? `${row.endpoint} ${before.length + 1}` : row.endpoint
  return { ...row, title }
})
