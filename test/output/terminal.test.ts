import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { cliFor, endedSession, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api, Routes } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { CTRL_C, onTerminal, TestTerminal } from '../support/pty.ts'

const { SIGINT, SIGHUP } = constants.signals
const HIDE = '\u001b[?25l'
const SHOW = '\u001b[?25h'
const BUSY = session({ browser_session_id: 'pbs_busy', runnable_id: 'tsk_1' })
const CREATED = session({ status: 'created', started_at: null })

/** Never an end: whoever waits, waits. */
const ROUTES: Routes = {
  'POST /v1/browser_sessions': { json: CREATED },
  'GET /v1/browser_sessions': { json: [session()] },
  'GET /v1/browser_sessions/*': { json: CREATED },
  'POST /v1/browser_sessions/*/close': { json: {} },
  'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
  'GET /v1/runs/*': { json: run({ status: 'running' }) },
}

/** Commands that wait, what shows that they do, and what they say when they are left. */
const WAITS: [name: string, args: string[], shown: string, told: string][] = [
  [
    'create --wait',
    ['session', 'create', '--wait'],
    'Waiting for pbs_',
    'stays open, and bills: skyvern session close',
  ],
  ['session wait', ['session', 'wait', SESSION_ID], 'Waiting for pbs_', 'Stopped waiting'],
  [
    'session close',
    ['session', 'close', SESSION_ID],
    'Closing pbs_',
    'may still be open and billing',
  ],
  [
    'task run',
    ['task', 'run', 'x', '--no-session'],
    'Waiting for tsk_',
    `skyvern task cancel ${RUN_ID}`,
  ],
  ['task wait', ['task', 'wait', RUN_ID], 'Waiting for tsk_', `skyvern task cancel ${RUN_ID}`],
  ['task wait of two', ['task', 'wait', RUN_ID, 'tsk_2'], 'Waiting', 'The runs go on and bill'],
  [
    'task run --when-idle',
    ['task', 'run', 'x', '--session', 'pbs_busy', '--when-idle'],
    'Waiting for tsk_1',
    'Nothing was submitted',
  ],
]

async function startWaiting(): Promise<{ api: Api; cli: Cli }> {
  const api = await startApi({ 'GET /v1/browser_sessions/pbs_busy': { json: BUSY }, ...ROUTES })
  return { api, cli: cliFor(api) }
}

test.each(WAITS)('Ctrl-C in %s says what goes on, and exits', async (_, args, shown, told) => {
  const { cli } = await startWaiting()
  const terminal = onTerminal(cli, args)
  await terminal.shows(shown)
  terminal.type(CTRL_C)
  expect(await terminal.end).toEqual({ code: 0, signal: SIGINT })
  expect(terminal.output).toContain(told)
  expect(terminal.output.lastIndexOf(SHOW)).toBeGreaterThan(terminal.output.lastIndexOf(HIDE))
})

test.each(WAITS.slice(0, 4))(
  'a terminal that is closed during %s ends it',
  async (_, args, shown) => {
    const { api, cli } = await startWaiting()
    const terminal = onTerminal(cli, args)
    await terminal.shows(shown)
    terminal.hangUp()
    expect(await terminal.end).toEqual({ code: 0, signal: SIGHUP })
    expect(api.sent('POST /v1/run/tasks').length).toBeLessThan(2)
  },
)

test('Ctrl-C while a session is being created: the spinner is gone, the session closed', async () => {
  const { api, cli } = await startWaiting()
  api.routes['GET /v1/browser_sessions/*'] = { json: endedSession() }
  const terminal = onTerminal(cli, ['session', 'create'])
  api.routes['POST /v1/browser_sessions'] = async () => {
    await terminal.shows('waiting for the answer')
    return { json: session() }
  }
  await terminal.shows('Creating a session')
  terminal.type(CTRL_C)
  expect(await terminal.end).toEqual({ code: 0, signal: SIGINT })
  expect(api.sent('POST /v1/browser_sessions/*/close')).toHaveLength(1)
  expect(terminal.output.lastIndexOf(SHOW)).toBeGreaterThan(terminal.output.lastIndexOf(HIDE))
})

test('a second Ctrl-C ends a create without an answer', async () => {
  const { api, cli } = await startWaiting()
  api.routes['POST /v1/browser_sessions'] = 'hang'
  const terminal = onTerminal(cli, ['session', 'create'])
  await terminal.shows('Creating a session')
  terminal.type(CTRL_C)
  await terminal.shows('waiting for the answer')
  terminal.type(CTRL_C)
  expect(await terminal.end).toEqual({ code: 0, signal: SIGINT })
  expect(terminal.output).toContain('skyvern session list')
})

test.each([
  ['a key', ['auth', 'login'], 'API key'],
  ['a confirmation', ['session', 'close', '--all'], '[y/N]'],
])('Ctrl-C at the question for %s changes nothing', async (_, args, question) => {
  const { api, cli } = await startWaiting()
  const terminal = onTerminal(cli, args)
  await terminal.shows(question)
  terminal.type(CTRL_C)
  expect(await terminal.end).toEqual({ code: 0, signal: SIGINT })
  expect(api.requests.filter(({ method }) => method !== 'GET')).toEqual([])
})

test('a key that is typed is not shown', async () => {
  const api = await startApi({
    'GET /api/v1/organizations/me': { json: { organization_id: 'o_1', organization_name: 'Ada' } },
  })
  const terminal = onTerminal(cliFor(api), ['auth', 'login'], { SKYVERN_API_KEY: undefined })
  await terminal.shows('API key')
  terminal.type('typed-key-0123456789\r')
  expect((await terminal.end).code).toBe(0)
  expect(terminal.output).not.toContain('typed')
  expect(api.requests[0]?.headers['x-api-key']).toBe('typed-key-0123456789')
})

test.each([
  ['session create --wait', 'POST /v1/browser_sessions', 'Waiting for pbs_'],
  ['task run x --no-session', 'POST /v1/run/tasks', 'Waiting for tsk_'],
])('one Ctrl-C ends a shell loop around %s', async (command, route, shown) => {
  const { api, cli } = await startWaiting()
  const loop = `for i in 1 2 3; do "${process.execPath}" "${BINARY}" ${command}; done; echo went on`
  const terminal = new TestTerminal('bash', ['--norc', '-c', loop], cli.environment())
  await terminal.shows(shown)
  terminal.type(CTRL_C)
  await terminal.end
  expect(terminal.output).not.toContain('went on')
  expect(api.sent(route)).toHaveLength(1)
})

const SLOW: Routes = {
  'GET /v1/runs/*': (_, before) => ({ json: run(before < 4 ? { status: 'running' } : {}) }),
}

test('a terminal without columns gets no spinner', async () => {
  const cli = cliFor(await startApi(SLOW))
  const command = `stty cols 0 rows 0; exec "${process.execPath}" "${BINARY}" task wait ${RUN_ID}`
  const terminal = new TestTerminal('bash', ['--norc', '-c', command], cli.environment())
  expect((await terminal.end).code).toBe(0)
  expect(terminal.output).not.toContain(HIDE)
  expect(terminal.output.length).toBeLessThan(1000)
})

test.each([
  [{ CI: '1' }, true],
  [{ TERM: 'dumb' }, false],
  [{ NO_COLOR: '1', CI: '1' }, false],
])('%j: no spinner; colour: %s', async (env, colored) => {
  const cli = cliFor(await startApi(SLOW))
  const terminal = onTerminal(cli, ['task', 'wait', RUN_ID], env)
  expect((await terminal.end).code).toBe(0)
  expect(terminal.output).not.toContain(HIDE)
  const failed = onTerminal(cli, ['task', 'wait', '../x'], env)
  await failed.end
  expect(failed.output.includes('\u001b[')).toBe(colored)
})

test.each([
  [['--no-color'], {}],
  [[], { NO_COLOR: '1' }],
  [[], { FORCE_COLOR: '0' }],
])('%j %j: a spinner may move, and nothing is coloured', async (flags, env) => {
  const cli = cliFor(await startApi(SLOW))
  const terminal = onTerminal(cli, ['task', 'wait', RUN_ID, ...flags], env)
  expect((await terminal.end).code).toBe(0)
  expect(terminal.output).toContain(HIDE)
  // eslint-disable-next-line no-control-regex
  expect(terminal.output).not.toMatch(/\u001b\[[\d;]*m/)
})

test('--no-color: an error and a table without colour, whatever the environment says', async () => {
  const cli = cliFor(await startApi({ 'GET /v1/browser_sessions': { json: [session()] } }))
  for (const args of [['session', 'list'], ['session', 'list', '--limit', 'x'], ['--help']]) {
    const terminal = onTerminal(cli, [...args, '--no-color'], { FORCE_COLOR: '1' })
    await terminal.end
    expect(terminal.output).not.toContain('\u001b[')
  }
})

test('FORCE_COLOR colours a pipe', async () => {
  const cli = cliFor(await startApi())
  const { stderr } = await cli.run(['session', 'list'], { env: { FORCE_COLOR: '1' } })
  expect(stderr).toContain('\u001b[31m')
})

test('times are local on a terminal, and other texts are unchanged', async () => {
  const times = { created_at: '2026-11-23T06:57:54.346', started_at: '2026-99-23T06:57:54' }
  const api = await startApi({ 'GET /v1/browser_sessions/*': { json: session(times) } })
  const env = { TZ: 'America/New_York' }
  const terminal = onTerminal(cliFor(api), ['session', 'get', SESSION_ID], env)
  await terminal.end
  expect(terminal.output).toMatch(/created\s.*2026-11-23 01:57:54/)
  expect(terminal.output).toMatch(/started\s.*2026-99-23T06:57:54Z/)
})
