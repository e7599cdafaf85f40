/** The task commands on the wire. */
import { run, RUN_ID, session, SESSION_ID } from '../api.ts'
import type { Routes } from '../api.ts'
import { BINARY } from '../cli.ts'
import { words } from './exchange.ts'
import type { Exchange } from './exchange.ts'

const SESSION: Routes = { 'GET /v1/browser_sessions/*': { json: session() } }

export const TASK_EXCHANGES: Exchange[] = [
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
    endpoint: 'runTask',
    route: 'POST /v1/run/tasks',
    args: words('task run Look --no-session --no-wait --file', BINARY),
    fields: [['`--file`', 'file_ids']],
    body: { prompt: 'Look', file_ids: ['file_1'] },
    reply: { json: run({ status: 'queued' }) },
    around: { 'POST /v1/upload_file': { json: { file_id: 'file_1' } } },
  },
  {
    endpoint: 'getRun',
    route: 'GET /v1/runs/*',
    args: words(`task get ${RUN_ID}`),
    fields: [['`<run>`', 'path']],
    reply: { json: run() },
  },
  {
    endpoint: 'getRun',
    route: 'GET /v1/runs/*',
    args: words(`task view ${RUN_ID}`),
    fields: [['`task view <run>`', 'path']],
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
    aside: true,
    reply: { bytes: Buffer.from('bytes') },
    around: {
      'GET /v1/runs/*': {
        json: run({ downloaded_files: [{ url: '', filename: 'a.txt', artifact_id: 'a_1' }] }),
      },
      'GET /v1/runs/*/artifacts': { json: [] },
    },
  },
]
