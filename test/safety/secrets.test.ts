import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { maskRequest } from '../../src/output/mask.ts'
import { expect, test } from 'vitest'
import {
  cliFor,
  endedSession,
  KEY,
  naiveTime,
  run,
  RUN_ID,
  session,
  SESSION_ID,
  startApi,
} from '../support/api.ts'
import type { Recorded } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { onTerminal } from '../support/pty.ts'
import { CREATE_SESSION } from '../support/routes.ts'

const SECRETS = {
  cdp: 'cdp-token-of-the-session',
  proxy: 'proxy-hunter2',
  header: 'header-hunter3',
  query: 'query-hunter4',
  body: 'body-hunter5',
  prompt: 'prompt-hunter6',
  url: 'url-hunter7',
}
const ADDRESS = `wss://cdp.example.com/${SESSION_ID}/${SECRETS.cdp}/devtools/browser/1`
const PROXY = `http://user:${SECRETS.proxy}@proxy.example.com:8080`

/** Options that carry a secret each. */
const CARRIERS = [
  '--header',
  `Authorization: Bearer ${SECRETS.header}`,
  '--query',
  `token=${SECRETS.query}`,
  '--body',
  `credentials={"login":{"value":"${SECRETS.body}"}}`,
]
const CREATES = ['session', 'create', `https://a.example.com/?api_key=${SECRETS.url}`, '--proxy']
const TASK = ['task', 'run', `Log in with user ada and password "${SECRETS.prompt}"`]
const TASK_CARRIERS = [
  '--no-session',
  '--extra-http-header',
  `X-Anything: ${SECRETS.header}`,
  '--totp-url',
  `https://totp.example.com/?code_token=${SECRETS.url}`,
]

function routes() {
  const open = session({ browser_address: ADDRESS, created_at: naiveTime() })
  return {
    [CREATE_SESSION]: { json: open },
    'GET /v1/browser_sessions': { json: [open] },
    'GET /v1/browser_sessions/history': { json: [open] },
    'GET /v1/browser_sessions/*': (_: unknown, before: number) => ({
      json: before < 3 ? open : endedSession({ browser_address: ADDRESS }),
    }),
    'PATCH /v1/browser_sessions/*': { json: open },
    'POST /v1/browser_sessions/*/close': { json: {} },
    'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
    'GET /v1/runs/*': { json: run() },
    'GET /v1/runs': ({ headers }: Recorded) => ({
      status: 500,
      json: { error: `headers were ${JSON.stringify(headers)}` },
    }),
    'GET /api/v1/organizations/me': { json: { organization_id: 'o_1', organization_name: 'Ada' } },
  }
}

/** Whatever a folder holds, but for the file of keys. */
function filesOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name !== 'keys.json' && statSync(join(folder, name)).isFile())
    .map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`)
    .join('\n')
}

test('many commands print and store no secrets', async () => {
  const api = await startApi(routes())
  const cli = cliFor(api)
  const commands = [
    [...CREATES, PROXY, ...CARRIERS],
    ['session', 'list'],
    ['session', 'list', '--all'],
    ['session', 'get', SESSION_ID],
    ['session', 'wait', SESSION_ID],
    ['session', 'current'],
    ['session', 'patch', '--generate-browser-profile', ...CARRIERS],
    [...TASK, ...TASK_CARRIERS, ...CARRIERS],
    ['task', 'get', RUN_ID],
    ['task', 'list'],
    ['task', 'list', ...CARRIERS.slice(0, 2)],
    ['api', `/v1/nowhere?token=${SECRETS.query}`],
    ['auth', 'status'],
    ['config', 'list'],
    ['session', 'close'],
    ['session', 'create', '--api-key', `${KEY} with a space`],
    ['session', 'list', '--api-key-file', KEY],
    ['session', 'list', '--api-key', KEY, '--api-key-file', '-'],
    ['auth', 'login', '--with-token'],
  ]
  // A read refuses --dry-run, whatever else it carries.
  const dry = commands.filter(([, verb = '']) => /create|patch|run|close/.test(verb))
  let said = ''
  for (const command of commands) {
    // What is said without --debug is said with it too.
    const { stdout, stderr } = await cli.run([...command, '--debug'], { input: KEY })
    said += stdout + stderr
  }
  for (const command of [...dry, ['task', 'list', ...CARRIERS.slice(0, 2)]]) {
    const { stdout, stderr } = await cli.run([...command, '--dry-run'], { input: KEY })
    said += stdout + stderr
  }
  expect(api.requests.length).toBeGreaterThan(20)
  said += filesOf(cli.folder)
  for (const secret of [KEY, ...Object.values(SECRETS)]) expect(said).not.toContain(secret)
})

test('a dry run shows the request without its secrets', async () => {
  const api = await startApi()
  const cli = cliFor(api)
  const created = await cli.run([...CREATES, PROXY, ...CARRIERS, '--dry-run'])
  expect(created.json).toEqual({
    method: 'POST',
    path: '/v1/browser_sessions',
    query: { token: ['••••'] },
    body: {
      proxy_location: { url: 'http://••••@proxy.example.com:8080' },
      url: 'https://a.example.com/?api_key=••••',
      credentials: { login: { value: '••••' } },
    },
  })
  const task = await cli.run([...TASK, ...TASK_CARRIERS, '--dry-run'])
  expect(task.json.body).toEqual({
    prompt: 'Log in with user ada and password ••••',
    totp_url: 'https://totp.example.com/?code_token=••••',
    extra_http_headers: { 'x-anything': '••••' },
  })
  expect(api.requests).toHaveLength(0)
})

test.each([
  'https://app.example.com/#access_token=hunter2',
  'https://app.example.com/cb?state=1&code=hunter2&x=1',
  'https://app.example.com/?next=/a?sig=hunter2',
  'https://user:p@ss/hunter2@app.example.com:8080/'.replace('/hunter2', 'hunter2'),
  'log in with auth=hunter2 then go on',
  'user: ada, pw: hunter2',
  'user ada, passwd=hunter2',
  'pwd "hunter2 and more"',
  'send Authorization: Bearer hunter2.abcdef',
  'the password is   hunter2',
])('a prompt with a secret is shown without it: %s', (prompt) => {
  const shown = JSON.stringify(maskRequest({ prompt }))
  expect(shown).not.toContain('hunter2')
  expect(shown).toContain('••••')
})

test('fields that hold a secret are masked by their names, others are not', async () => {
  const cli = cliFor(await startApi())
  const secret = ['browser_address=wss://cdp.example.com/hunter2', 'auth=hunter2', 'x.sig=hunter2']
  const plain = { note: 'the zip code 12345', error_code_mapping: { a: 'b' } }
  const bodies = [...secret, ...Object.entries(plain).map(([k, v]) => `${k}=${JSON.stringify(v)}`)]
  const args = bodies.flatMap((pair) => ['--body', pair])
  const { json } = await cli.run(['task', 'run', 'x', '--no-session', '--dry-run', ...args])
  expect(JSON.stringify(json)).not.toContain('hunter2')
  expect(json.body).toMatchObject(plain)
})

test('masking takes linear time', () => {
  const size = 200_000
  const texts = [
    '?key',
    '?key=',
    'password ',
    '://',
    ' ',
    'a',
    ':',
    'pw="',
    "pw='",
    'Bearer ',
    'a=',
  ]
  const started = process.cpuUsage()
  for (const text of texts) {
    maskRequest(text.repeat(size / text.length))
    maskRequest(`password${text.repeat(size / text.length)}`)
  }
  // Quadratic, one of these alone takes a minute.
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5)
})

test.each([
  ['SKYVERN_API_KEY', 'a line break', 'key-0123456789\nX-Evil: 1'],
  ['--api-key', 'an escape', 'key\u001b[31m-0123456789'],
])('a key of %s with %s is refused before anything is sent', async (source, _, key) => {
  const api = await startApi(routes())
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const isFlag = source === '--api-key'
  const result = await cli.run(['session', 'create', ...(isFlag ? [source, key] : [])], {
    env: isFlag ? {} : { [source]: key },
  })
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('API key')
  expect(result.stderr).not.toContain('0123456789')
  expect(api.requests).toHaveLength(0)
})

test.each([
  ['--api-key', ''],
  ['--api-key', '""'],
  ['--api-key-file', '-'],
])('%s with nothing in it never falls back to another key', async (flag, value) => {
  const api = await startApi(routes())
  const result = await cliFor(api).run(['session', 'list', flag, value], { input: ' \n' })
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(flag)
  expect(api.requests).toHaveLength(0)
})

test('a file of keys that others can read is closed to them, with a warning', async () => {
  const api = await startApi(routes())
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const file = join(cli.folder, 'keys.json')
  writeFileSync(file, JSON.stringify({ [api.url]: KEY }))
  chmodSync(file, 0o644)
  const first = await cli.run(['session', 'list'])
  expect(first.code).toBe(0)
  expect(first.stderr).toContain(`${file} was open to others (644); it is 600 now.`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await cli.run(['session', 'list'])).stderr).toBe('')
})

test('a folder that is shared on purpose stays shared', async () => {
  const api = await startApi(routes())
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  chmodSync(cli.folder, 0o1777)
  const result = await cli.run(['auth', 'login', '--with-token'], { input: KEY })
  expect(result.code).toBe(0)
  expect(statSync(cli.folder).mode & 0o7777).toBe(0o1777)
  expect(statSync(join(cli.folder, 'keys.json')).mode & 0o777).toBe(0o600)
})

test('--api-key on a terminal says that others can read it, and in a script says nothing', async () => {
  const api = await startApi(routes())
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const terminal = onTerminal(cli, ['session', 'list', '--api-key', KEY])
  expect((await terminal.end).code).toBe(0)
  expect(terminal.output.split('process list')).toHaveLength(2)
  expect(terminal.output).toContain('--api-key-file')
  expect(terminal.output).not.toContain(KEY)
  const script = await cli.run(['session', 'list', '--api-key', KEY])
  expect(script).toMatchObject({ code: 0, stderr: '' })
})

test('SKYVERN_API_KEY never goes to the embedded backend, which would refuse it', async () => {
  const cli = createCli({ SKYVERN_API_KEY: KEY, SKYVERN_LOCAL: '1' })
  try {
    const result = await cli.run(['session', 'list', '--json', '--debug'])
    expect(result).toMatchObject({ code: 0, stdout: '[]\n' })
    expect(result.stderr + filesOf(cli.folder)).not.toContain(KEY)
  } finally {
    await cli.run(['local', 'stop'])
  }
})

test('a key is sent over http:// only to this machine', async () => {
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  const list = ['session', 'list', '--base-url', 'http://127.0.0.1.example.com', '--json']
  const result = await cli.run(list)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.error.message).toContain('not encrypted')
})
