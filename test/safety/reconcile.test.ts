import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, naiveTime, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api, Reply } from '../support/api.ts'
import { HURRIED } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { CREATE_SESSION, LIST_RUNS, LIST_SESSIONS, SUBMIT_TASK } from '../support/routes.ts'

const TASK = ['task', 'run', 'Extract it', '--no-session', '--no-wait']
const HOUR = 3600

/** Sessions or runs that were made that many seconds from now, by the server's clock. */
const made = (...seconds: number[]): object[] =>
  seconds.map((offset, index) =>
    session({ browser_session_id: `pbs_${index + 1}`, created_at: naiveTime(offset) }),
  )
const date = (offset: number): Record<string, string> => ({
  date: new Date(Date.now() + offset * 1000).toUTCString(),
})

/** Nothing was taken for ours: not closed, not made current, and still an open question in the ledger. */
function expectLeftAlone(api: Api, cli: Cli): void {
  expect(api.sent(CREATE_SESSION)).toHaveLength(1)
  const others = api.requests.filter(({ method }) => method !== 'GET')
  expect(others).toHaveLength(1)
  expect(readdirSync(cli.folder)).toEqual(['ledger'])
  const [file = ''] = readdirSync(join(cli.folder, 'ledger'))
  expect(readFileSync(join(cli.folder, 'ledger', file), 'utf8')).not.toContain('session_id')
}

test.each([0, 5 * HOUR, -5 * HOUR])(
  'a server whose clock is %i seconds off: what was made since is named, what was there before is not',
  async (skew) => {
    const api = await startApi({
      [CREATE_SESSION]: 'drop',
      [LIST_SESSIONS]: () => ({ json: made(skew, skew - 60, skew - HOUR), headers: date(skew) }),
    })
    const cli = cliFor(api, { TZ: 'America/New_York' })
    const result = await cli.run(['session', 'create', '--json'])
    expect(result).toMatchObject({ code: 75, stdout: '' })
    expect(result.error.possible_sessions).toEqual(['pbs_1'])
    expectLeftAlone(api, cli)
  },
)

test('with others creating at the same time all are named, and none is closed or adopted', async () => {
  const api = await startApi({
    [CREATE_SESSION]: { status: 504 },
    [LIST_SESSIONS]: () => ({ json: made(0, 1, 2) }),
  })
  const cli = cliFor(api)
  const result = await cli.run(['session', 'create'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  for (const id of ['pbs_1', 'pbs_2', 'pbs_3']) {
    expect(result.stderr).toContain(`skyvern session close ${id}`)
  }
  expectLeftAlone(api, cli)
})

test('what this machine created is not a candidate', async () => {
  const api = await startApi({
    [CREATE_SESSION]: (_, before) =>
      before === 0 ? { json: session({ browser_session_id: 'pbs_1' }) } : 'drop',
    [LIST_SESSIONS]: () => ({ json: made(0, 0) }),
  })
  const cli = cliFor(api)
  await cli.run(['session', 'create'])
  const result = await cli.run(['session', 'create', '--json'])
  expect(result.error.possible_sessions).toEqual(['pbs_2'])
  expect((await cli.run(['session', 'current'])).stdout).toBe('pbs_1\n')
})

test('a session that shows up late, behind a list that fails, is found', async () => {
  const api = await startApi({
    [CREATE_SESSION]: 'drop',
    [LIST_SESSIONS]: (_, before) =>
      before === 0 ? { status: 503 } : { json: before === 1 ? [] : made(-1) },
  })
  const result = await cliFor(api, HURRIED).run(['session', 'create', '--json'])
  expect(result.error.possible_sessions).toEqual(['pbs_1'])
  expect(api.sent(LIST_SESSIONS)).toHaveLength(3)
})

test('nothing found: still exit 75, with the command to look again', async () => {
  const api = await startApi({ [CREATE_SESSION]: 'drop', [LIST_SESSIONS]: { json: [] } })
  const cli = cliFor(api, HURRIED)
  const result = await cli.run(['session', 'create', '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', possible_sessions: [] })
  expect(result.error.hint).toContain('skyvern session list')
  expect(api.sent(LIST_SESSIONS)).toHaveLength(4)
  expectLeftAlone(api, cli)
})

/** A clock of the machine that jumps while the request is under way. */
function jumpingClock({ folder }: Cli, seconds: number): Record<string, string> {
  const file = join(folder, 'clock.cjs')
  writeFileSync(
    file,
    `const now = Date.now; Date.now = () => now() + (process.uptime() > 0.6 ? ${seconds * 1000} : 0)`,
  )
  return { NODE_OPTIONS: `--require ${file}` }
}
const later =
  (reply: Reply): Reply =>
  async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return reply
  }

test.each([HOUR, -HOUR])('a clock that jumps by %i seconds hides nothing', async (jump) => {
  const api = await startApi({
    [CREATE_SESSION]: later('drop'),
    [LIST_SESSIONS]: () => ({ json: made(0, -HOUR / 2) }),
  })
  const cli = cliFor(api)
  const env = jumpingClock(cli, jump)
  const result = await cli.run(['session', 'create', '--json'], { env })
  expect(result.error.possible_sessions).toEqual(['pbs_1'])
})

test.each([HOUR, -HOUR])('a clock that jumps by %i seconds does not end a wait', async (jump) => {
  const api = await startApi({
    'GET /v1/runs/*': (_, before) => ({ json: run(before < 5 ? { status: 'running' } : {}) }),
  })
  const cli = cliFor(api)
  const env = jumpingClock(cli, jump)
  const result = await cli.run(['task', 'wait', RUN_ID, '--wait-timeout', '60'], { env })
  expect(result.code).toBe(0)
  expect(api.requests).toHaveLength(6)
})

test.each<[string, Reply]>([
  ['cut', 'drop'],
  ['504', { status: 504 }],
  ['empty 200', { text: '' }],
])('a submit that ends in %s is sent once; the runs since then are named', async (_, reply) => {
  const api = await startApi({
    [SUBMIT_TASK]: reply,
    [LIST_RUNS]: () => ({
      json: [
        run({ run_id: 'tsk_1', created_at: naiveTime() }),
        run({ run_id: 'tsk_2', created_at: naiveTime(-60) }),
      ],
    }),
  })
  const result = await cliFor(api).run([...TASK, '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', possible_runs: ['tsk_1'] })
  expect(result.error.hint).toContain('skyvern task get tsk_1')
  expect(api.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
})

test('a title tells our run from others made at the same time', async () => {
  const api = await startApi({
    [SUBMIT_TASK]: 'drop',
    [LIST_RUNS]: () => ({
      json: ['theirs', 'ours'].map((title) =>
        run({ run_id: `tsk_${title}`, title, created_at: naiveTime() }),
      ),
    }),
  })
  const result = await cliFor(api).run([...TASK, '--title', 'ours', '--json'])
  expect(result.error.possible_runs).toEqual(['tsk_ours'])
})

const UNDER_WAY: [string, string[], string][] = [
  ['create', ['session', 'create'], CREATE_SESSION],
  ['submit', TASK, SUBMIT_TASK],
]
test.each(UNDER_WAY)(
  'Ctrl-C during a %s that then fails: the failure is reported, and the signal is passed on',
  async (_, args, route) => {
    const api = await startApi({
      [LIST_SESSIONS]: () => ({ json: made(0) }),
      [LIST_RUNS]: () => ({ json: [run({ run_id: 'tsk_1', created_at: naiveTime() })] }),
    })
    const running = cliFor(api).start(args)
    api.routes[route] = async () => {
      running.child.kill('SIGINT')
      await running.said('waiting for the answer')
      return { status: 504 }
    }
    const result = await running.result
    expect(result).toMatchObject({ signal: 'SIGINT', stdout: '' })
    expect(result.stderr).toMatch(/error: It is not known/)
    expect(result.stderr).toMatch(/skyvern (session close pbs_1|task get tsk_1)/)
    expect(api.sent(route)).toHaveLength(1)
  },
)

test.each(UNDER_WAY)(
  'after Ctrl-C a %s that was delayed is not sent again',
  async (_, args, route) => {
    const api = await startApi()
    const running = cliFor(api).start(args)
    api.routes[route] = async () => {
      running.child.kill('SIGTERM')
      await running.said('waiting for the answer')
      return { status: 429, headers: { 'retry-after': '2' }, json: { detail: 'later' } }
    }
    const result = await running.result
    expect(result).toMatchObject({ signal: 'SIGTERM', stdout: '' })
    expect(result.stderr).toContain('error: later (429)')
    expect(api.sent(route)).toHaveLength(1)
  },
)

test('Ctrl-C with the answer of a submit: the run is printed, and the signal is passed on', async () => {
  const api = await startApi()
  const running = cliFor(api).start(TASK)
  api.routes[SUBMIT_TASK] = async () => {
    running.child.kill('SIGINT')
    await running.said('waiting for the answer')
    return { json: run({ run_id: 'tsk_1', status: 'queued' }) }
  }
  expect(await running.result).toMatchObject({ signal: 'SIGINT', stdout: 'tsk_1\n' })
})

test('Ctrl-C during a create whose close is not confirmed: both are reported', async () => {
  const api = await startApi({ 'POST /v1/browser_sessions/*/close': { status: 403, json: {} } })
  const running = cliFor(api).start(['session', 'create'])
  api.routes[CREATE_SESSION] = async () => {
    running.child.kill('SIGINT')
    await running.said('waiting for the answer')
    return { json: session() }
  }
  const result = await running.result
  expect(result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(result.stderr).toContain(SESSION_ID)
})
