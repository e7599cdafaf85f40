import { expect, test } from 'vitest'
import { cliFor, naiveTime, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Routes } from '../support/api.ts'
import { GET_RUN, SUBMIT_TASK } from '../support/routes.ts'

const inSession = ['--session', SESSION_ID]
const routes = (ended: object): Routes => ({
  'GET /v1/browser_sessions/*': { json: session() },
  [SUBMIT_TASK]: { json: run({ status: 'queued', output: null }) },
  [GET_RUN]: { json: run(ended) },
})

test.each([
  ['a string', 'INV-1', 'INV-1\n'],
  ['nothing', null, ''],
  [
    'what looks like an object of the API',
    { paid_at: '2026-11-23T06:57:54' },
    '{\n  "paid_at": "2026-11-23T06:57:54"\n}\n',
  ],
])('an output of %s is printed as it is', async (_, output, expected) => {
  const api = await startApi(routes({ output }))
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession])
  expect(result).toMatchObject({ code: 0, stdout: expected })
})

test('--json prints the run, with times that say they are UTC', async () => {
  const api = await startApi(routes({ finished_at: '2026-11-23T06:57:54.346221' }))
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--json'])
  expect(result.json).toMatchObject({
    run_id: RUN_ID,
    status: 'completed',
    finished_at: '2026-11-23T06:57:54.346221Z',
  })
})

test.each([['failed', 'run_failed']])(
  'a run that ends %s: exit 3, with the reason and the run',
  async (status, code) => {
    const ended = { finished_at: '2026-11-23T06:57:54', output: { paid_at: '2026-11-23T06:57:54' } }
    const failure = { status, ...ended, failure_reason: 'The page has no invoices' }
    const api = await startApi(routes(failure))
    const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--json'])
    expect(result).toMatchObject({ code: 3, stdout: '' })
    const zoned = { ...failure, finished_at: '2026-11-23T06:57:54Z' }
    expect(result.error).toMatchObject({ code, run_id: RUN_ID, run: zoned })
    expect(result.error.message).toContain('The page has no invoices')
  },
)

test('the run id is printed before the wait; --no-wait prints it and returns', async () => {
  const api = await startApi(routes({}))
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--no-wait'])
  expect(result).toMatchObject({ code: 0, stdout: `${RUN_ID}\n` })
  expect(api.sent(GET_RUN)).toHaveLength(0)
})

test('a wait that times out: exit 124; the run goes on', async () => {
  const api = await startApi(routes({ status: 'running' }))
  const args = ['task', 'run', 'x', ...inSession, '--wait-timeout', '1', '--json']
  const result = await cliFor(api).run(args)
  expect(result).toMatchObject({ code: 124, stdout: '' })
  expect(result.error).toMatchObject({ code: 'wait_timeout', run_id: RUN_ID })
})

test('Ctrl-C stops waiting, says that the run goes on, and dies of the signal', async () => {
  const api = await startApi(routes({ status: 'running' }))
  const running = cliFor(api).start(['task', 'run', 'x', ...inSession])
  await running.said(RUN_ID)
  running.child.kill('SIGINT')
  const result = await running.result
  expect(result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(result.stderr).toContain(`skyvern task get ${RUN_ID}`)
  expect(api.sent('POST /v1/runs/*/cancel')).toHaveLength(0)
})

test('Ctrl-C during the submit waits for the answer, and names the run', async () => {
  const api = await startApi(routes({ status: 'running' }))
  const running = cliFor(api).start(['task', 'run', 'x', ...inSession])
  api.routes[SUBMIT_TASK] = async () => {
    running.child.kill('SIGINT')
    await running.said('waiting for the answer')
    return { json: run({ status: 'queued' }) }
  }
  const result = await running.result
  expect(result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(result.stderr).toContain(`skyvern task get ${RUN_ID}`)
})

test('a session that may end before the wait causes a warning', async () => {
  const api = await startApi({
    ...routes({}),
    'GET /v1/browser_sessions/*': { json: session({ timeout: 5 }) },
  })
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession])
  expect(result.stderr).toContain('warning: The session ends in 4 min at the earliest')
})

test('the remaining time follows the clock of the server, and starts when the browser is up', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString()
  const sessions = [
    { json: session({ timeout: 60, started_at: naiveTime(3_600) }), headers: { date } },
    { json: session({ timeout: 60, started_at: null }) },
  ]
  for (const found of sessions) {
    const api = await startApi({ ...routes({}), 'GET /v1/browser_sessions/*': found })
    const result = await cliFor(api).run([
      'task',
      'run',
      'x',
      ...inSession,
      '--wait-timeout',
      '90m',
    ])
    expect(result.stderr).toContain('warning: The session ends in 1 h at the earliest')
  }
})

test('--on-interrupt cancel cancels the run', async () => {
  const api = await startApi(routes({ status: 'running' }))
  api.routes['POST /v1/runs/*/cancel'] = () => {
    api.routes[GET_RUN] = { json: run({ status: 'canceled' }) }
    return { json: null }
  }
  const args = ['task', 'run', 'x', ...inSession, '--on-interrupt', 'cancel']
  const running = cliFor(api).start(args)
  await running.said(RUN_ID)
  running.child.kill('SIGTERM')
  const result = await running.result
  expect(result.signal).toBe('SIGTERM')
  expect(result.stderr).toContain('canceled')
  expect(api.sent('POST /v1/runs/*/cancel')).toHaveLength(1)
})

test('polling survives cut connections, 5xx and pages that are not JSON', async () => {
  const api = await startApi(routes({}))
  api.routes[GET_RUN] = (_, before) =>
    (['drop', { status: 502, text: '<html>' }, { text: '<html>' }] as const)[before] ?? {
      json: run(),
    }
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession])
  expect(result.code).toBe(0)
  expect(api.sent(GET_RUN)).toHaveLength(4)
})

test('a busy session: exit 6, its occupant named, nothing submitted', async () => {
  const api = await startApi({
    ...routes({}),
    'GET /v1/browser_sessions/*': { json: session({ runnable_id: 'tsk_1' }) },
    [GET_RUN]: { json: run({ run_id: 'tsk_1', status: 'running' }) },
  })
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--json'])
  expect(result.code).toBe(6)
  expect(result.error).toMatchObject({ code: 'session_busy', run_id: 'tsk_1', retryable: true })
  expect(api.sent(SUBMIT_TASK)).toHaveLength(0)
})

test.each([
  [
    'of the first engine, for good',
    { run_type: 'task_v1', finished_at: naiveTime(-60) },
    'skyvern-2.0',
  ],
  ['of the first engine, a moment ago', { run_type: 'task_v1' }, 'about to release'],
  ['that was canceled', { status: 'canceled', finished_at: naiveTime(-60) }, 'about to release'],
])('a session that an ended run still holds, %s, is reported as such', async (_, over, hint) => {
  const api = await startApi({
    ...routes({}),
    'GET /v1/browser_sessions/*': { json: session({ runnable_id: 'tsk_1' }) },
    [GET_RUN]: { json: run({ run_id: 'tsk_1', ...over }) },
  })
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--json'])
  expect(result.error).toMatchObject({ code: 'session_busy', retryable: hint !== 'skyvern-2.0' })
  expect(result.error.hint).toContain(hint)
})

test('--when-idle waits for a run that ends, and not for a session that stays occupied', async () => {
  const api = await startApi({
    ...routes({}),
    'GET /v1/browser_sessions/*': (_, before) => ({
      json: session({ runnable_id: before < 3 ? 'tsk_1' : null }),
    }),
    [GET_RUN]: ({ path }) => ({
      json: path.endsWith('tsk_1') ? run({ run_id: 'tsk_1', status: 'canceled' }) : run(),
    }),
  })
  const wait = ['task', 'run', 'x', ...inSession, '--when-idle']
  expect(await cliFor(api).run(wait)).toMatchObject({ code: 0 })

  const held = await startApi({
    ...routes({}),
    'GET /v1/browser_sessions/*': { json: session({ runnable_id: 'tsk_1' }) },
    [GET_RUN]: { json: run({ run_id: 'tsk_1', run_type: 'task_v1', finished_at: naiveTime(-60) }) },
  })
  const result = await cliFor(held).run([...wait, '--json'])
  expect(result.error).toMatchObject({ code: 'session_busy', retryable: false })
  expect(held.sent(SUBMIT_TASK)).toHaveLength(0)
})

test.each([
  [`Browser session ${SESSION_ID} is already occupied by tsk_9`, 6, 'session_busy'],
  [
    `Browser session ${SESSION_ID} is closed. Create a new browser session and retry.`,
    5,
    'session_ended',
  ],
])(
  'a run that failed because "%s" is reported as a problem of the session',
  async (reason, exit, code) => {
    const api = await startApi(routes({ status: 'failed', failure_reason: reason }))
    const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--json'])
    expect(result.code).toBe(exit)
    expect(result.error.code).toBe(code)
  },
)

test('a session that ended between the check and the submit is reported as ended', async () => {
  const detail = `Browser session ${SESSION_ID} is no longer usable (status: completed). Create a new browser session and retry.`
  const api = await startApi({ ...routes({}), [SUBMIT_TASK]: { status: 410, json: { detail } } })
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--json'])
  expect(result.code).toBe(5)
  expect(result.error).toMatchObject({ code: 'session_ended', http_status: 410, retryable: false })
  expect(result.error.hint).toContain('session create')
})

test('a submit whose answer is lost is sent once, and the run it may have made is named', async () => {
  const api = await startApi({
    ...routes({}),
    [SUBMIT_TASK]: 'drop',
    'GET /v1/runs': () => ({ json: [{ run_id: RUN_ID, created_at: naiveTime(), title: null }] }),
  })
  const result = await cliFor(api).run(['task', 'run', 'x', ...inSession, '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', possible_runs: [RUN_ID] })
  expect(api.sent(SUBMIT_TASK)).toHaveLength(1)
})

test('without a session, an engine is not sent, and its support is not checked', async () => {
  const api = await startApi(routes({}))
  await cliFor(api).run(['task', 'run', 'x', '--no-session'])
  expect(api.sent(SUBMIT_TASK)[0]?.body).toEqual({ prompt: 'x' })
  expect(api.sent('GET /v1/browser_sessions/*')).toHaveLength(0)
})

test('another engine in a session without --url is warned about', async () => {
  const api = await startApi(routes({}))
  const args = ['task', 'run', 'x', ...inSession, '--engine', 'skyvern-1.0']
  const result = await cliFor(api).run(args)
  expect(result.stderr).toContain('leaves the current page')
  expect(api.sent(SUBMIT_TASK)[0]?.body.engine).toBe('skyvern-1.0')
})

test('the prompt comes from standard input, and a dry run masks its password', async () => {
  const api = await startApi(routes({}))
  const result = await cliFor(api).run(['task', 'run', '-', ...inSession, '--dry-run'], {
    input: 'Log in with username ada and password hunter2\n',
  })
  expect(result.code).toBe(0)
  expect(result.stdout).toContain('username ada')
  expect(result.stdout).not.toContain('hunter2')
  expect(api.requests).toHaveLength(0)
})

test.each([
  [['--session', SESSION_ID, '--no-session']],
  [['--no-session', '--session', SESSION_ID]],
])('%j is refused, nothing sent', async (options) => {
  const api = await startApi(routes({}))
  const result = await cliFor(api).run(['task', 'run', 'x', ...options])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('exclude each other')
  expect(api.requests).toHaveLength(0)
})

test('a prompt that begins with @ is written with @@, and an error about a file says so', async () => {
  const api = await startApi(routes({}))
  const result = await cliFor(api).run(['task', 'run', '@@home is the title', ...inSession])
  expect(result.code).toBe(0)
  expect(api.sent(SUBMIT_TASK)[0]?.body.prompt).toBe('@home is the title')
  const refused = await cliFor(api).run(['task', 'run', '@home is the title', ...inSession])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('write two: @@home is the title')
})
