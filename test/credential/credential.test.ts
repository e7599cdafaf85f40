import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  cliFor,
  credential,
  CREDENTIAL_ID,
  KEY,
  run,
  session,
  SESSION_ID,
  startApi,
} from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import type { Routes } from '../support/api.ts'
import { CTRL_C, onTerminal } from '../support/pty.ts'

const CREATE = 'POST /v1/credentials'
const SECRET = 'hünter2 with "quotes"'
const MAKE = ['credential', 'create', '--name', 'shop', '--username', 'demo@example.com']

test.each([
  ['standard input, its line break aside', [], `${SECRET}\n`],
  ['standard input, named', ['--secret-file', '-'], `${SECRET}\r\n`],
  ['a file', ['--secret-file', 'secret.txt'], ''],
])('a password is taken from %s', async (_, flags, input) => {
  const api = await startApi({ [CREATE]: { status: 201, json: credential() } })
  const cli = cliFor(api)
  writeFileSync(join(cli.folder, 'secret.txt'), `${SECRET}\n`)
  const result = await cli.run([...MAKE, ...flags], { input, cwd: cli.folder })
  expect(result).toMatchObject({ code: 0, stdout: `${CREDENTIAL_ID}\n` })
  expect(api.sent(CREATE)[0]?.body).toEqual({
    name: 'shop',
    credential_type: 'password',
    credential: { username: 'demo@example.com', password: SECRET },
  })
})

test('a password is asked for on a terminal, and not shown', async () => {
  const api = await startApi({ [CREATE]: { status: 201, json: credential() } })
  const terminal = onTerminal(cliFor(api), MAKE)
  await terminal.shows('Password: ')
  terminal.type(`${SECRET}\r`)
  expect(await terminal.end).toMatchObject({ code: 0 })
  expect(terminal.output).toContain(CREDENTIAL_ID)
  expect(terminal.output).not.toContain('hünter2')
  expect(api.sent(CREATE)[0]?.body.credential.password).toBe(SECRET)
})

test('Ctrl-C at the question sends nothing, and leaves the terminal as it was', async () => {
  const api = await startApi({ [CREATE]: { status: 201, json: credential() } })
  const terminal = onTerminal(cliFor(api), MAKE)
  await terminal.shows('Password: ')
  terminal.type('half of it')
  terminal.type(CTRL_C)
  expect(await terminal.end).toMatchObject({ signal: 2 })
  expect(terminal.output).not.toContain('half of it')
  expect(api.requests).toEqual([])
})

test.each([
  ['nothing given', MAKE, /Password: nothing was given/],
  ['no user name', ['credential', 'create', '--name', 'shop'], /--username/],
  ['no name', ['credential', 'create', '--username', 'me'], /--name/],
  ['a file that is not there', [...MAKE, '--secret-file', 'gone.txt'], /gone\.txt cannot be read/],
  ['a password on the command line', [...MAKE, '--password', 'x'], /unknown option '--password'/i],
  [
    'standard input for two',
    [...MAKE, '--secret-file', '-', '--totp-secret-file', '-'],
    /standard input/,
  ],
])('%s is refused before anything is sent', async (_, args, told) => {
  const api = await startApi()
  const result = await cliFor(api).run(args)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toMatch(told)
  expect(api.requests).toEqual([])
})

test('a password is waited for if its writer is slow', async () => {
  const api = await startApi({ [CREATE]: { status: 201, json: credential() } })
  const child = spawn(process.execPath, [BINARY, ...MAKE], { env: cliFor(api).environment() })
  await sleep(600)
  child.stdin.end('late-secret')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(api.sent(CREATE)[0]?.body.credential).toMatchObject({ password: 'late-secret' })
})

test('the key of an authenticator app comes from its own file', async () => {
  const api = await startApi({ [CREATE]: { status: 201, json: credential() } })
  const cli = cliFor(api)
  writeFileSync(join(cli.folder, 'key.txt'), 'JBSWY3DPEHPK3PXP\n')
  const result = await cli.run([...MAKE, '--totp-secret-file', join(cli.folder, 'key.txt')], {
    input: SECRET,
  })
  expect(result.code).toBe(0)
  expect(api.sent(CREATE)[0]?.body.credential).toMatchObject({
    totp: 'JBSWY3DPEHPK3PXP',
    totp_type: 'authenticator',
  })
})

test('a name that two have is refused with their ids', async () => {
  const twins = [
    credential(),
    credential({ credential_id: 'cred_2' }),
    credential({ name: 'shopping' }),
  ]
  const api = await startApi({ 'GET /v1/credentials': { json: twins } })
  const result = await cliFor(api).run(['credential', 'get', 'shop', '--json'])
  expect(result.code).toBe(6)
  expect(result.error).toMatchObject({
    code: 'conflict',
    message: '2 credentials are named "shop".',
    hint: expect.stringMatching(new RegExp(`${CREDENTIAL_ID} .*\n.*cred_2`)),
  })
})

test.each([
  ['a name', 'nobody', { 'GET /v1/credentials': { json: [credential({ name: 'nobody else' })] } }],
  [
    'an id',
    'cred_1',
    { 'GET /v1/credentials/*': { status: 404, json: { detail: 'Credential not found' } } },
  ],
] as [string, string, Routes][])('%s that none has is exit 5', async (_, given, routes) => {
  const result = await cliFor(await startApi(routes)).run(['credential', 'get', given, '--json'])
  expect(result.code).toBe(5)
  expect(result.error).toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('credential list'),
  })
})

test('a list shows what a credential is for, and which has one-time codes', async () => {
  const rows = [
    credential({ credential: { username: 'demo@example.com', has_totp: true } }),
    credential({
      credential_id: 'cred_2',
      name: 'key',
      credential_type: 'secret',
      credential: { secret_label: 'CRM' },
    }),
  ]
  const api = await startApi({ 'GET /v1/credentials': { json: rows } })
  const { stdout } = await cliFor(api).run(['credential', 'list'])
  expect(stdout).toBe(
    `${CREDENTIAL_ID}\tshop\tpassword\tdemo@example.com\tauthenticator\ncred_2\tkey\tsecret\tCRM\t\n`,
  )
})

test('a delete asks, so a script needs --yes, and takes a name too', async () => {
  const api = await startApi({
    'GET /v1/credentials': { json: [credential()] },
    'POST /v1/credentials/*/delete': { status: 204, text: '' },
  })
  const cli = cliFor(api)
  const asked = await cli.run(['credential', 'delete', 'shop'])
  expect(asked.code).toBe(2)
  expect(asked.stderr).toContain('--yes')
  expect(await cli.run(['credential', 'delete', 'shop', '--yes'])).toMatchObject({ code: 0 })
  expect(api.sent('POST /v1/credentials/*/delete').map(({ path }) => path)).toEqual([
    `/v1/credentials/${CREDENTIAL_ID}/delete`,
  ])
})

test('a one-time code is sent, and never shown', async () => {
  const answer = {
    totp_code_id: 'totp_1',
    content: '493817',
    code: '493817',
    totp_identifier: 'me',
  }
  const api = await startApi({ 'POST /v1/credentials/totp': { json: answer } })
  const result = await cliFor(api).run(['credential', 'code', 'me', '--json', '--debug'], {
    input: '493817\n',
  })
  expect(result.code).toBe(0)
  expect(api.sent('POST /v1/credentials/totp')[0]?.body).toEqual({
    totp_identifier: 'me',
    content: '493817',
  })
  expect(result.stdout + result.stderr).not.toContain('493817')
  expect(result.json).toMatchObject({ totp_code_id: 'totp_1' })
})

test('no secret is in an error, a log, a dry run, a process title or a file', async () => {
  const secret = 'tr0ub4dor-and-3'
  const echo = { status: 500, json: { detail: `cannot store ${secret} for ${KEY}` } }
  const api = await startApi({ [CREATE]: echo })
  const cli = cliFor(api)
  const said: string[] = []
  for (const flags of [[], ['--json'], ['--debug'], ['--dry-run'], ['--dry-run', '--json']]) {
    const { stdout, stderr } = await cli.run([...MAKE, ...flags], { input: secret })
    said.push(stdout, stderr)
  }
  api.routes[CREATE] = 'hang'
  const running = cli.start(MAKE, { input: secret })
  await expect.poll(() => api.sent(CREATE).length).toBe(4)
  said.push(readFileSync(`/proc/${running.child.pid}/cmdline`, 'utf8'))
  running.child.kill()
  await running.result
  expect(said.join('\n')).toContain('cannot store ••••')
  for (const text of said) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(KEY)
  }
})

const LOGIN = 'POST /v1/run/tasks/login'
const loginRun = (fields: object = {}): object =>
  run({ run_id: 'wr_7', run_type: 'workflow_run', output: { login_output: {} }, ...fields })

const loginRoutes = (more: Routes = {}): Routes => ({
  'GET /v1/browser_sessions/*': { json: session() },
  'GET /v1/credentials': { json: [credential()] },
  [LOGIN]: { json: loginRun({ status: 'created' }) },
  'GET /v1/runs/*': { json: loginRun() },
  ...more,
})

test('a log-in goes by the name of the credential, says where, and is waited for', async () => {
  const api = await startApi(loginRoutes())
  const url = 'https://shop.example.com/account/login?next=%2F'
  const args = ['task', 'login', '--credential', 'shop', '--url', url, '--session', SESSION_ID]
  const result = await cliFor(api).run(args)
  expect(result.code).toBe(0)
  expect(result.stderr).toContain('Logging in at https://shop.example.com\n')
  expect(result.stderr).toContain('Run wr_7')
  expect(api.sent(LOGIN)[0]?.body).toEqual({
    credential_type: 'skyvern',
    credential_id: CREDENTIAL_ID,
    url,
    browser_session_id: SESSION_ID,
  })
})

test('a log-in that fails is exit 3, with the command to look at it', async () => {
  const failed = loginRun({
    status: 'terminated',
    failure_reason: 'No such account.',
    screenshot_urls: ['file:///x.png'],
  })
  const api = await startApi(loginRoutes({ 'GET /v1/runs/*': { json: failed } }))
  const args = ['task', 'login', '--credential', 'shop', '--session', SESSION_ID, '--json']
  const result = await cliFor(api).run(args)
  expect(result.code).toBe(3)
  expect(result.error).toMatchObject({
    code: 'run_terminated',
    run_id: 'wr_7',
    hint: 'What it did: `skyvern task timeline wr_7`\nIts last picture: `skyvern task download wr_7 --type screenshot_final`',
  })
})

test('a log-in without a session must be asked for', async () => {
  const api = await startApi(loginRoutes())
  const args = ['task', 'login', '--credential', 'shop', '--url', 'https://example.com']
  expect(await cliFor(api).run(args)).toMatchObject({ code: 5 })
  expect(await cliFor(api).run([...args, '--no-session', '--no-wait'])).toMatchObject({
    code: 0,
    stdout: 'wr_7\n',
  })
})

test('a log-in whose answer is lost is sent once, and looked for', async () => {
  const api = await startApi(
    loginRoutes({
      [LOGIN]: 'drop',
      'GET /v1/runs': {
        json: [{ run_id: 'wr_8', status: 'running', created_at: new Date().toISOString() }],
      },
      'GET /v1/runs/*': {
        json: loginRun({ run_id: 'wr_8', status: 'running', run_request: { title: 'Login' } }),
      },
    }),
  )
  const args = ['task', 'login', '--credential', CREDENTIAL_ID, '--session', SESSION_ID, '--json']
  const result = await cliFor(api).run(args)
  expect(result.code).toBe(75)
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', possible_runs: ['wr_8'] })
  expect(api.sent(LOGIN)).toHaveLength(1)
})
