/** An answer belongs to what was asked: one about something else ends, closes and prints nothing. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  cliFor,
  endedSession,
  profile,
  PROFILE_ID,
  run,
  RUN_ID,
  session,
  SESSION_ID,
  startApi,
} from '../support/api.ts'
import type { Routes } from '../support/api.ts'
import { currentOf } from '../support/scene.ts'

const OTHER_SESSION = { browser_session_id: 'pbs_2' }
const OTHER_RUN = { run_id: 'tsk_v2_2', output: 'not yours' }
const BEHIND_OTHER = 'https://app.example.com/runs/wr_2'
const OTHER_PROFILE = { browser_profile_id: 'bp_2' }
const SESSION = '/v1/browser_sessions/*'

const COMMANDS: [args: string, routes: Routes, code: number][] = [
  [`session get ${SESSION_ID}`, { [`GET ${SESSION}`]: { json: session(OTHER_SESSION) } }, 1],
  [
    `session close ${SESSION_ID} --wait-timeout 1`,
    {
      [`POST ${SESSION}/close`]: { json: {} },
      [`GET ${SESSION}`]: { json: endedSession(OTHER_SESSION) },
    },
    75,
  ],
  [
    `session close ${SESSION_ID} --wait-timeout 1`,
    {
      [`POST ${SESSION}/close`]: { json: OTHER_SESSION },
      [`GET ${SESSION}`]: { json: session() },
    },
    75,
  ],
  [
    `session close ${SESSION_ID} --wait-timeout 1 --ignore-missing`,
    {
      [`POST ${SESSION}/close`]: {
        status: 404,
        json: { detail: 'Browser session pbs_2 not found' },
      },
      [`GET ${SESSION}`]: { json: session() },
    },
    75,
  ],
  [
    `session wait ${SESSION_ID} --for closed --wait-timeout 1`,
    { [`GET ${SESSION}`]: { json: endedSession(OTHER_SESSION) } },
    124,
  ],
  [
    `session patch ${SESSION_ID} --generate-browser-profile`,
    { [`PATCH ${SESSION}`]: { json: session(OTHER_SESSION) } },
    1,
  ],
  [
    `session extend ${SESSION_ID} --by 30`,
    {
      [`POST ${SESSION}/extend`]: { json: session(OTHER_SESSION) },
      [`GET ${SESSION}`]: { json: session() },
    },
    75,
  ],
  [`task get ${RUN_ID}`, { 'GET /v1/runs/*': { json: run(OTHER_RUN) } }, 1],
  [`task wait ${RUN_ID} --wait-timeout 1`, { 'GET /v1/runs/*': { json: run(OTHER_RUN) } }, 1],
  [
    'task get wr_1',
    { 'GET /v1/runs/*': { json: run({ ...OTHER_RUN, app_url: BEHIND_OTHER }) } },
    1,
  ],
  [
    'task run x --no-session --wait-timeout 1',
    {
      'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
      'GET /v1/runs/*': { json: run(OTHER_RUN) },
    },
    124,
  ],
  [
    `profile get ${PROFILE_ID}`,
    { 'GET /v1/browser_profiles/*': { json: profile(OTHER_PROFILE) } },
    1,
  ],
  [
    `profile update ${PROFILE_ID} --name x`,
    { 'PATCH /v1/browser_profiles/*': { json: profile(OTHER_PROFILE) } },
    1,
  ],
]

test.each(COMMANDS)('%s: an answer about another id is refused', async (args, routes, code) => {
  const api = await startApi(routes)
  const result = await cliFor(api).run([...args.split(' '), '--json'])
  expect(result).toMatchObject({ code, stdout: '' })
  const { message } = result.error
  if (code !== 124) expect(message).toMatch(/about \w+_2, not about|may still be open/)
  expect(result.stderr).not.toContain('not yours')
})

test('the run behind a run counts as the requested one', async () => {
  const app_url = 'https://app.example.com/runs/wr_1'
  const api = await startApi({ 'GET /v1/runs/*': { json: run({ ...OTHER_RUN, app_url }) } })
  const result = await cliFor(api).run(['task', 'get', 'wr_1', '--json'])
  expect(result).toMatchObject({ code: 0, json: OTHER_RUN })
})

test.each(['failed', 'completed', 'timeout'])(
  'a create answered with one that has %s',
  async (status) => {
    const api = await startApi({ 'POST /v1/browser_sessions': { json: endedSession({ status }) } })
    const cli = cliFor(api)
    const result = await cli.run(['session', 'create', '--json'])
    expect(result).toMatchObject({ code: 5, stdout: '' })
    expect(result.error).toMatchObject({ code: 'session_ended', session_id: SESSION_ID })
    expect(currentOf(cli, api)).toBeUndefined()
    expect(readdirSync(join(cli.folder, 'ledger'))).toEqual([])
  },
)

test('an id that looks like an option is refused', async () => {
  const api = await startApi({
    'POST /v1/browser_sessions': { json: session({ browser_session_id: '--all' }) },
    'GET /v1/browser_sessions': { json: [session({ browser_session_id: '-x' })] },
  })
  const cli = cliFor(api)
  const created = await cli.run(['session', 'create', '--json'])
  expect(created).toMatchObject({ code: 75, stdout: '' })
  expect(await cli.run(['session', 'list'])).toMatchObject({ code: 1, stdout: '' })
  expect(await cli.run(['task', 'get', '--', '-x'])).toMatchObject({ code: 2, stdout: '' })
})

test('a change that is answered without a body succeeds, and the object is read', async () => {
  const empty = { status: 204, text: '' }
  const api = await startApi({
    [`PATCH ${SESSION}`]: empty,
    [`GET ${SESSION}`]: { json: session({ generate_browser_profile: true }) },
    'GET /v1/runs/*': (_, before) => ({
      json: run({ status: before > 0 ? 'canceled' : 'running' }),
    }),
    'POST /v1/runs/*/cancel': empty,
  })
  const cli = cliFor(api)
  const patch = ['session', 'patch', SESSION_ID, '--generate-browser-profile', '--json']
  expect((await cli.run(patch)).json).toMatchObject({ generate_browser_profile: true })
  expect(await cli.run(['task', 'cancel', RUN_ID])).toMatchObject({ code: 0 })
})

test('a server that switches protocols is reported at once', async () => {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () =>
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
      ),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const api = { ...(await startApi()), url: `http://127.0.0.1:${port}` }
  const started = Date.now()
  const result = await cliFor(api).run(['session', 'list', '--json'])
  server.close()
  expect(result.code).toBe(1)
  expect(result.error.message).toContain('101 Switching Protocols')
  expect(Date.now() - started).toBeLessThan(20_000)
})
