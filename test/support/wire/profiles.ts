/** The profile commands on the wire, and the look at the key. */
import { endedSession, profile, PROFILE_ID, SESSION_ID } from '../api.ts'
import { words } from './exchange.ts'
import type { Exchange } from './exchange.ts'

export const PROFILE_EXCHANGES: Exchange[] = [
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
