import { expect, test } from 'vitest'
import {
  cliFor,
  endedSession,
  naiveTime,
  PROFILE_ID,
  profile,
  session,
  SESSION_ID,
  startApi,
} from '../support/api.ts'
import { onTerminal } from '../support/pty.ts'
import {
  CREATE_PROFILE,
  DELETE_PROFILE,
  GET_PROFILE,
  LIST_PROFILES,
  PATCH_PROFILE,
  PROFILE_USAGE,
} from '../support/routes.ts'

test('create sends what was asked, and prints the id', async () => {
  const api = await startApi({ [CREATE_PROFILE]: { json: profile() } })
  const result = await cliFor(api).run([
    ...'profile create shop --proxy US-CA --proxy-session-id a1b2 --description'.split(' '),
    'Logged in',
  ])
  expect(result).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(api.sent(CREATE_PROFILE)[0]?.body).toEqual({
    name: 'shop',
    description: 'Logged in',
    proxy_location: { country: 'US', subdivision: 'CA' },
    proxy_session_id: 'a1b2',
  })
})

test('create --from-session waits for the upload of a closed session', async () => {
  const detail = 'Browser session does not have a persisted profile archive. Close the session…'
  const api = await startApi({
    'GET /v1/browser_sessions/*': { json: endedSession() },
    [CREATE_PROFILE]: (_, before) =>
      before < 2 ? { status: 400, json: { detail } } : { json: profile() },
  })
  const cli = cliFor(api)
  const result = await cli.run(`profile create shop --from-session ${SESSION_ID}`.split(' '))
  expect(result).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(api.sent(CREATE_PROFILE)).toHaveLength(3)
  expect(api.sent(CREATE_PROFILE)[2]?.body).toEqual({
    name: 'shop',
    browser_session_id: SESSION_ID,
  })
})

test('create --from-session of an open session is exit 6, and says how to close it', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions/*': { json: session() } })
  const result = await cliFor(api).run(
    `profile create shop --from-session ${SESSION_ID} --json`.split(' '),
  )
  expect(result).toMatchObject({ code: 6, stdout: '' })
  expect(result.error).toMatchObject({ code: 'conflict', session_id: SESSION_ID })
  expect(result.error.hint).toContain(`session close ${SESSION_ID} --save-profile "shop"`)
  expect(api.sent(CREATE_PROFILE)).toHaveLength(0)
})

test('create --from-run names the run', async () => {
  const api = await startApi({ [CREATE_PROFILE]: { json: profile() } })
  expect(await cliFor(api).run('profile create shop --from-run wr_1'.split(' '))).toMatchObject({
    code: 0,
  })
  expect(api.sent(CREATE_PROFILE)[0]?.body).toEqual({ name: 'shop', workflow_run_id: 'wr_1' })
})

test.each([
  [404, 5],
  [409, 6],
  [502, 75],
])('a create that is answered with %i is exit %i, and sent once', async (status, exit) => {
  const api = await startApi({
    [CREATE_PROFILE]: { status, json: { detail: 'No, thank you' } },
    [LIST_PROFILES]: { json: [profile({ created_at: naiveTime(-60) })] },
  })
  const result = await cliFor(api).run(['profile', 'create', 'shop', '--json'])
  expect(result).toMatchObject({ code: exit, stdout: '' })
  expect(result.error.message).toContain('No, thank you')
  expect(api.sent(CREATE_PROFILE)).toHaveLength(1)
})

test('list pages up to the limit; -q prints ids, --json the objects', async () => {
  const api = await startApi({
    [LIST_PROFILES]: ({ query }) => {
      const from = (Number(query['page']) - 1) * 100
      const length = Math.min(Number(query['page_size']), Math.max(0, 130 - from))
      const rows = Array.from({ length }, (_, index) =>
        profile({ browser_profile_id: `bp_${from + index}`, name: `p${from + index}` }),
      )
      return { json: rows }
    },
  })
  const cli = cliFor(api)
  const ids = await cli.run('profile list --limit 120 -q'.split(' '))
  expect(ids.stdout.trim().split('\n')).toHaveLength(120)
  expect(ids.stdout).toMatch(/^bp_0\nbp_1\n/)
  const all = await cli.run('profile list --limit 500 --json'.split(' '))
  expect(all.json).toHaveLength(130)
  const few = await cli.run('profile list --search p --limit 2'.split(' '))
  expect(few.stdout).toMatch(/^bp_0\tp0\t\S+Z\t\t\nbp_1\tp1\t/)
  expect(api.requests.at(-1)?.query).toEqual({
    page: ['1'],
    page_size: ['2'],
    search_key: ['p'],
  })
})

test('get takes an id, or the name on the server', async () => {
  const api = await startApi({
    [LIST_PROFILES]: {
      json: [profile({ name: 'shop two', browser_profile_id: 'bp_2' }), profile()],
    },
    [GET_PROFILE]: {
      json: profile({ proxy_location: { country: 'US', subdivision: 'CA' }, novel: 1 }),
    },
  })
  const cli = cliFor(api)
  const byName = await cli.run(['profile', 'get', 'shop', '--json'])
  expect(byName.json).toMatchObject({ browser_profile_id: PROFILE_ID, novel: 1 })
  expect(api.sent(LIST_PROFILES)[0]?.query).toMatchObject({ search_key: ['shop'] })
  expect(api.sent(GET_PROFILE)[0]?.path).toBe(`/v1/browser_profiles/${PROFILE_ID}`)
  const byId = await cli.run(['profile', 'get', PROFILE_ID])
  expect(byId.stdout).toContain('proxy\tUS-CA')
  expect(api.sent(LIST_PROFILES)).toHaveLength(1)
})

test('an unknown name is exit 5', async () => {
  const api = await startApi({ [LIST_PROFILES]: { json: [profile({ name: 'shop two' })] } })
  const result = await cliFor(api).run(['profile', 'get', 'shop', '--json'])
  expect(result).toMatchObject({ code: 5, stdout: '' })
  expect(result.error.code).toBe('not_found')
})

test.each([
  [['--proxy', 'GB'], { proxy_location: 'RESIDENTIAL_GB' }],
  [['--rotate-proxy-session-id'], { rotate_proxy_session_id: true }],
])('update %j sends %j alone', async (args, body) => {
  const api = await startApi({ [PATCH_PROFILE]: { json: profile() } })
  const result = await cliFor(api).run(['profile', 'update', PROFILE_ID, ...args])
  expect(result).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(api.sent(PATCH_PROFILE)[0]?.body).toEqual(body)
})

test.each([
  ['profile update bp_1'],
  ['profile update bp_1 --proxy http://user:pass@proxy.example:3128'],
  ['profile create bp_2'],
  ['profile create shop --from-session pbs_1 --from-run wr_1'],
  ['profile create shop --from-run tsk_1'],
  ['profile delete bp_1'],
])('%s is refused, and nothing is written', async (args) => {
  const api = await startApi({ [PROFILE_USAGE]: { json: {} } })
  const result = await cliFor(api).run(args.split(' '))
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(api.requests.filter(({ method }) => method !== 'GET')).toEqual([])
})

test('delete --yes deletes by id and by name', async () => {
  const api = await startApi({
    [LIST_PROFILES]: { json: [profile()] },
    [DELETE_PROFILE]: { status: 204, text: '' },
  })
  const result = await cliFor(api).run('profile delete shop bp_2 --yes'.split(' '))
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(api.sent(DELETE_PROFILE).map(({ path }) => path)).toEqual([
    `/v1/browser_profiles/${PROFILE_ID}`,
    '/v1/browser_profiles/bp_2',
  ])
})

test('without a terminal, the question fails and names what uses the profile', async () => {
  const api = await startApi({
    [PROFILE_USAGE]: {
      json: {
        workflows: [{ workflow_permanent_id: 'wpid_1', title: 'Invoices', via: 'default' }],
        credentials: [],
      },
    },
  })
  const result = await cliFor(api).run(['profile', 'delete', 'bp_1'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('1 agent (Invoices)')
  expect(result.stderr).toContain('--yes')
})

test.each([
  ['y', 0, 1],
  ['n', 2, 0],
])('on a terminal it asks, and "%s" is exit %i', async (answer, exit, deleted) => {
  const api = await startApi({
    [PROFILE_USAGE]: {
      json: { workflows: [], credentials: [{ credential_id: 'cred_1', name: 'Shop' }] },
    },
    [DELETE_PROFILE]: { status: 204, text: '' },
  })
  const terminal = onTerminal(cliFor(api), ['profile', 'delete', 'bp_1'])
  await terminal.shows('It is used by 1 credential (Shop). [y/N]')
  terminal.type(`${answer}\r`)
  expect((await terminal.end).code).toBe(exit)
  expect(api.sent(DELETE_PROFILE)).toHaveLength(deleted)
})

test('a missing profile is exit 5, or ignored with --ignore-missing; the others are deleted', async () => {
  const detail = 'Browser profile bp_1 not found for organization o_1'
  const api = await startApi({
    [DELETE_PROFILE]: ({ path }) =>
      path.endsWith('bp_1') ? { status: 404, json: { detail } } : { status: 204, text: '' },
  })
  const cli = cliFor(api)
  expect(await cli.run('profile delete bp_1 bp_2 --yes'.split(' '))).toMatchObject({ code: 5 })
  expect(api.sent(DELETE_PROFILE)).toHaveLength(2)
  const args = 'profile delete bp_1 bp_2 --yes --ignore-missing'.split(' ')
  expect(await cli.run(args)).toMatchObject({ code: 0 })
})

test('a session and a task can start from a profile by its name', async () => {
  const api = await startApi({
    [LIST_PROFILES]: { json: [profile()] },
    'POST /v1/browser_sessions': { json: session({ browser_profile_id: PROFILE_ID }) },
    'POST /v1/run/tasks': { json: { run_id: 'tsk_v2_1', status: 'queued' } },
  })
  const cli = cliFor(api)
  await cli.run('session create --profile shop'.split(' '))
  expect(api.sent('POST /v1/browser_sessions')[0]?.body).toEqual({ browser_profile_id: PROFILE_ID })

  const task = ['task', 'run', 'Look', '--no-session', '--no-wait', '--profile', 'shop']
  expect(await cli.run(task)).toMatchObject({ code: 0, stdout: 'tsk_v2_1\n' })
  expect(api.sent('POST /v1/run/tasks')[0]?.body).toEqual({
    prompt: 'Look',
    engine: 'skyvern-2.0',
    browser_profile_id: PROFILE_ID,
  })
})
