/** Agents, credentials and what they do on the wire. */
import { agent, AGENT_ID, credential, CREDENTIAL_ID, run, RUN_ID } from '../api.ts'
import { words } from './exchange.ts'
import type { Exchange } from './exchange.ts'

const LOGIN_RUN = run({ run_id: 'wr_1', run_type: 'workflow_run', status: 'created' })

export const REACH_EXCHANGES: Exchange[] = [
  {
    endpoint: 'login',
    route: 'POST /v1/run/tasks/login',
    args: words(
      `task login --credential ${CREDENTIAL_ID} --url https://example.com/login --totp-identifier me --totp-url https://example.com/totp --no-session --no-wait --profile bp_1 --prompt`,
      'Close the banner first',
    ),
    fields: [
      ['always `skyvern`', 'credential_type'],
      ['`--credential`', 'credential_id'],
      ['`--url`', 'url'],
      ['`--prompt`', 'prompt'],
      ['`--totp-identifier`', 'totp_identifier'],
      ['`--totp-url`', 'totp_url'],
      ['`--profile`, `--browser-profile-id`', 'browser_profile_id'],
    ],
    body: {
      credential_type: 'skyvern',
      credential_id: CREDENTIAL_ID,
      url: 'https://example.com/login',
      prompt: 'Close the banner first',
      totp_identifier: 'me',
      totp_url: 'https://example.com/totp',
      browser_profile_id: 'bp_1',
    },
    reply: { json: LOGIN_RUN },
  },
  {
    endpoint: 'getRunTimeline',
    route: 'GET /v1/runs/*/timeline',
    args: words(`task timeline ${RUN_ID}`),
    fields: [['`<run>`', 'path']],
    reply: { json: [] },
  },
  {
    endpoint: 'retryRunWebhook',
    route: 'POST /v1/runs/*/retry_webhook',
    args: words(`task retry-webhook ${RUN_ID} --webhook-url https://example.com/hook`),
    fields: [
      ['`<run>`', 'path'],
      ['`--webhook-url`', 'webhook_url'],
    ],
    body: { webhook_url: 'https://example.com/hook' },
    reply: { json: { run_id: RUN_ID, status_code: 200 } },
  },
  {
    endpoint: 'getAgents',
    route: 'GET /v1/agents',
    args: words('agent list --search inv --limit 5'),
    fields: [
      ['`--search`, a title in place of an id', 'query.search_key'],
      ['`--limit`', 'query.page_size'],
      ['`--limit`', 'query.page'],
    ],
    query: { search_key: ['inv'], page: ['1'], page_size: ['5'] },
    reply: { json: [] },
  },
  {
    endpoint: 'getAgent',
    route: 'GET /v1/agents/*',
    args: words(`agent get ${AGENT_ID}`),
    fields: [['`<agent>`', 'path']],
    reply: { json: agent() },
  },
  {
    endpoint: 'runAgent',
    route: 'POST /v1/run/agents',
    args: words(
      `agent run ${AGENT_ID} --param who=me --params {"n":7} --webhook-url https://example.com/hook --no-session --no-wait --profile bp_1`,
    ),
    fields: [
      ['`<agent>`', 'agent_id'],
      ['`--param`, `--params`', 'parameters'],
      ['`--webhook-url`', 'webhook_url'],
      ['`--profile`, `--browser-profile-id`', 'browser_profile_id'],
    ],
    body: {
      agent_id: AGENT_ID,
      parameters: { who: 'me', n: 7 },
      webhook_url: 'https://example.com/hook',
      browser_profile_id: 'bp_1',
    },
    reply: { json: LOGIN_RUN },
    around: { 'GET /v1/agents/*': { json: agent() } },
  },
  {
    endpoint: 'createCredential',
    route: 'POST /v1/credentials',
    args: words(
      'credential create --name shop --username demo@example.com --totp-identifier demo@example.com --secret-file',
      'secret.txt',
    ),
    files: { 'secret.txt': 'hunter22-long\n' },
    fields: [
      ['`--name`', 'name'],
      ['`--type`', 'credential_type'],
      ['`--username`, `--secret-file`, `--totp-secret-file`, `--totp-identifier`', 'credential'],
    ],
    body: {
      name: 'shop',
      credential_type: 'password',
      credential: {
        username: 'demo@example.com',
        password: 'hunter22-long',
        totp_type: 'email',
        totp_identifier: 'demo@example.com',
      },
    },
    reply: { status: 201, json: credential() },
  },
  {
    endpoint: 'createCredential',
    route: 'POST /v1/credentials',
    args: words('credential create --name key --type secret --label CRM --secret-file secret.txt'),
    files: { 'secret.txt': 'sk-1234567' },
    fields: [['`--type secret`, `--label`', 'credential']],
    body: {
      name: 'key',
      credential_type: 'secret',
      credential: { secret_value: 'sk-1234567', secret_label: 'CRM' },
    },
    reply: { status: 201, json: credential() },
  },
  {
    endpoint: 'getCredentials',
    route: 'GET /v1/credentials',
    args: words('credential list --search shop --limit 5'),
    fields: [
      ['`--search`, a name in place of an id', 'query.search'],
      ['`--limit`', 'query.page_size'],
      ['`--limit`', 'query.page'],
    ],
    query: { search: ['shop'], page: ['1'], page_size: ['5'] },
    reply: { json: [] },
  },
  {
    endpoint: 'getCredential',
    route: 'GET /v1/credentials/*',
    args: words(`credential get ${CREDENTIAL_ID}`),
    fields: [['`<credential>`', 'path']],
    reply: { json: credential() },
  },
  {
    endpoint: 'deleteCredential',
    route: 'POST /v1/credentials/*/delete',
    args: words(`credential delete ${CREDENTIAL_ID} --yes`),
    fields: [['`<credentials…>`', 'path']],
    reply: { status: 204, text: '' },
  },
  {
    endpoint: 'sendTotpCode',
    route: 'POST /v1/credentials/totp',
    args: words('credential code me@example.com --secret-file code.txt'),
    files: { 'code.txt': '123456\n' },
    fields: [
      ['`<identifier>`', 'totp_identifier'],
      ['standard input, `--secret-file`', 'content'],
    ],
    body: { totp_identifier: 'me@example.com', content: '123456' },
    reply: { json: { totp_code_id: 'totp_1' } },
  },
]
