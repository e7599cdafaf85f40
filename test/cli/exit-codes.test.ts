import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXIT_OF } from '../../src/errors.ts'
import type { ErrorCode } from '../../src/errors.ts'
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
import type { Routes } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import {
  CLOSE_SESSION,
  CREATE_SESSION,
  GET_RUN,
  GET_SESSION,
  LIST_SESSIONS,
  SUBMIT_TASK,
} from '../support/routes.ts'

interface Case {
  args: string
  routes?: Routes
  env?: Record<string, string | undefined>
  /** Fields of the error beside the code. */
  error?: object
}

const IN_SESSION = `task run look --session ${SESSION_ID}`
const endsAs = (status: string): Case => ({
  args: 'task run look --no-session',
  routes: {
    [SUBMIT_TASK]: { json: run({ status: 'queued' }) },
    [GET_RUN]: { json: run({ status, failure_reason: 'It rained' }) },
  },
  error: { run_id: RUN_ID, run: expect.objectContaining({ run_id: RUN_ID, status }) },
})

/** One way to each code. */
const CASES: Record<ErrorCode, Case> = {
  usage: { args: 'session frobnicate' },
  auth_missing: { args: 'session list', env: { SKYVERN_API_KEY: undefined } },
  auth_rejected: {
    args: 'session list',
    routes: { [LIST_SESSIONS]: { status: 403, json: { detail: 'Invalid credentials' } } },
    error: { http_status: 403, retryable: false },
  },
  not_found: {
    args: 'task get tsk_1',
    routes: { [GET_RUN]: { status: 404, json: { detail: 'Task run not found tsk_1' } } },
    error: { http_status: 404 },
  },
  no_current_session: {
    args: 'task run look',
    error: { hint: expect.stringContaining('--no-session') },
  },
  session_ended: {
    args: IN_SESSION,
    routes: { [GET_SESSION]: { json: endedSession() } },
    error: { session_id: SESSION_ID },
  },
  session_busy: {
    args: IN_SESSION,
    routes: {
      [GET_SESSION]: { json: session({ runnable_id: RUN_ID }) },
      [GET_RUN]: { json: run({ status: 'running' }) },
    },
    error: { session_id: SESSION_ID, run_id: RUN_ID, retryable: true },
  },
  conflict: {
    args: 'profile create shop',
    routes: {
      'POST /v1/browser_profiles': { status: 409, json: { detail: 'A profile named shop exists' } },
    },
    error: { http_status: 409 },
  },
  network: {
    args: 'session list --max-retries 0',
    env: { SKYVERN_BASE_URL: 'http://127.0.0.1:1' },
    error: { retryable: true, message: expect.stringContaining('127.0.0.1:1') },
  },
  timeout: {
    args: 'session list --max-retries 0 --request-timeout 1',
    routes: { [LIST_SESSIONS]: 'hang' },
    error: { retryable: true },
  },
  wait_timeout: {
    args: `session wait ${SESSION_ID} --for closed --wait-timeout 1s`,
    routes: { [GET_SESSION]: { json: session() } },
    error: { session_id: SESSION_ID },
  },
  close_unconfirmed: {
    args: `session close ${SESSION_ID} --wait-timeout 1s`,
    routes: { [CLOSE_SESSION]: { json: {} }, [GET_SESSION]: { json: session() } },
    error: { session_id: SESSION_ID, retryable: false },
  },
  extend_unconfirmed: {
    args: `session extend ${SESSION_ID} --by 30`,
    routes: {
      'POST /v1/browser_sessions/*/extend': { status: 504, text: '<html>' },
      [GET_SESSION]: { json: session() },
    },
    error: { http_status: 504, session_id: SESSION_ID, retryable: false },
  },
  create_unconfirmed: {
    args: 'session create',
    routes: {
      [CREATE_SESSION]: { status: 504, text: '<html>' },
      [LIST_SESSIONS]: () => ({ json: [session({ created_at: naiveTime() })] }),
    },
    error: { http_status: 504, possible_sessions: [SESSION_ID] },
  },
  run_failed: endsAs('failed'),
  run_terminated: endsAs('terminated'),
  run_timed_out: endsAs('timed_out'),
  run_canceled: endsAs('canceled'),
  rate_limited: {
    args: 'task run look --no-session --max-retries 0',
    routes: { [SUBMIT_TASK]: { status: 429, json: { detail: 'Rate limit exceeded' } } },
    error: { http_status: 429, retryable: true },
  },
  payment_required: {
    args: 'task run look --no-session',
    routes: { [SUBMIT_TASK]: { status: 402, json: { detail: 'No balance' } } },
    error: { http_status: 402, hint: expect.stringContaining('billing') },
  },
  bad_response: {
    args: 'session list',
    routes: { [LIST_SESSIONS]: { text: '<html>Welcome</html>' } },
    error: { http_status: 200, message: expect.stringContaining('HTML') },
  },
  api_error: {
    args: 'session create',
    routes: {
      [CREATE_SESSION]: {
        status: 422,
        json: {
          detail: [{ loc: ['body', 'timeout'], msg: 'Input should be less than 240', input: 1000 }],
        },
      },
    },
    error: { http_status: 422, message: 'timeout: Input should be less than 240 (422).' },
  },
  internal: {
    args: 'config set engine skyvern-2.0',
    env: { SKYVERN_CONFIG_DIR: '/dev/null/nowhere' },
  },
}

test.each(Object.entries(CASES))('%s', async (code, { args, routes, env, error }) => {
  const api = await startApi(routes)
  const cli = cliFor(api, env)
  const machine = await cli.run([...args.split(' '), '--json'])
  expect(machine).toMatchObject({ code: EXIT_OF[code as ErrorCode], stdout: '' })
  expect(machine.error).toMatchObject({ code, ...error })
  expect(Object.keys(machine.error)).toEqual(
    expect.arrayContaining(['message', 'hint', 'http_status', 'retryable', 'session_id', 'run_id']),
  )
})

test.each<ErrorCode>(['usage', 'run_failed', 'create_unconfirmed'])(
  '%s, told to a person',
  async (code) => {
    const { args, routes, env } = CASES[code]
    const human = await cliFor(await startApi(routes), env).run(args.split(' '))
    expect(human).toMatchObject({ code: EXIT_OF[code], stdout: '' })
    expect(human.stderr).toMatch(/^error: \S/m)
  },
)

test('docs/exit-codes.md has exactly these codes, with these statuses', () => {
  const page = readFileSync(new URL('../../docs/exit-codes.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)]
  expect(Object.fromEntries(rows.map(([, code, exit]) => [code, Number(exit)]))).toEqual(EXIT_OF)
  const statuses = [...page.matchAll(/^\| (\d+) \| [^|]+\|([^|]*)\|$/gm)].flatMap(
    ([, status, codes = '']) =>
      [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => [code, Number(status)]),
  )
  const shared = statuses.filter(([code]) => code !== 'usage')
  expect(Object.fromEntries(shared)).toEqual(
    Object.fromEntries(Object.entries(EXIT_OF).filter(([code]) => code !== 'usage')),
  )
})

test.each([
  ['task run look --no-session', 'auth_missing'],
  [IN_SESSION, 'auth_missing'],
  ['session close', 'no_current_session'],
  ['session exec -- true', 'auth_missing'],
] as [string, ErrorCode][])('without a key and without a session, %s is %s', async (args, code) => {
  const machine = await createCli().run([
    ...args.split(' ').slice(0, 2),
    '--json',
    ...args.split(' ').slice(2),
  ])
  const isExec = args.startsWith('session exec')
  expect(machine).toMatchObject({ code: isExec ? 125 : EXIT_OF[code], stdout: '' })
  expect(machine.error.code).toBe(code)
})

test('0: done', async () => {
  const api = await startApi({ [LIST_SESSIONS]: { json: [] } })
  expect(await cliFor(api).run(['session', 'list'])).toMatchObject({ code: 0 })
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('128 + n: died of %s', async (signal) => {
  const api = await startApi({
    [SUBMIT_TASK]: { json: run({ status: 'queued' }) },
    [GET_RUN]: { json: run({ status: 'running' }) },
  })
  const running = cliFor(api).start('task run look --no-session'.split(' '))
  await expect.poll(() => api.sent(GET_RUN).length, { timeout: 30_000 }).toBeGreaterThan(0)
  running.child.kill(signal)
  expect(await running.result).toMatchObject({ code: null, signal, stdout: '' })
})
