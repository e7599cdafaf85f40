import { expect, test, vi } from 'vitest'
import { cliFor, endedSession, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { HURRIED } from '../support/cli.ts'
import type { Api, Routes } from '../support/api.ts'
import { CREATE_SESSION, GET_RUNTIME, GET_SESSION } from '../support/routes.ts'

const starting = (fields: object = {}): object =>
  session({ status: 'created', started_at: null, ...fields })

const serve = (more: Routes): Promise<Api> =>
  startApi({ [CREATE_SESSION]: { json: starting() }, [GET_SESSION]: { json: starting() }, ...more })

test('--wait returns when the browser is up; an address alone is not enough', async () => {
  const address = 'wss://router.example.com/pbs_1?token=secret'
  const api = await serve({
    [GET_SESSION]: (_, before) => ({
      json: before < 2 ? starting({ browser_address: address }) : session(),
    }),
  })
  const result = await cliFor(api).run(['session', 'create', '--wait'])
  expect(result).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(result.stderr).toContain('is ready')
  expect(result.stderr).not.toContain('secret')
  expect(api.sent(GET_SESSION)).toHaveLength(3)
})

test('a session that is ready in the answer to create is not read again', async () => {
  const api = await serve({ [CREATE_SESSION]: { json: session() } })
  expect(await cliFor(api).run(['session', 'create', '--wait'])).toMatchObject({ code: 0 })
  expect(api.sent(GET_SESSION)).toHaveLength(0)
})

test('a server that starts browsers with their first task is recognised, and not waited for', async () => {
  const json = { environment: 'local', browser_streaming_mode: 'vnc' }
  const api = await serve({ [GET_RUNTIME]: { json } })
  const result = await cliFor(api, HURRIED).run(['session', 'create', '--wait'])
  expect(result).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(api.sent(GET_RUNTIME)).toHaveLength(1)
  expect(result.stderr).toContain('with the first task')
})

test('a browser that never starts: exit 124, the id named, the session open and current', async () => {
  const api = await serve({})
  const cli = cliFor(api, HURRIED)
  const result = await cli.run('session create --wait --wait-timeout 2s --json'.split(' '))
  expect(result).toMatchObject({ code: 124, stdout: '' })
  expect(result.error).toMatchObject({ code: 'wait_timeout', session_id: SESSION_ID })
  expect(result.error.hint).toContain(`session close ${SESSION_ID}`)
  expect((await cli.run(['session', 'current'])).stdout).toBe(`${SESSION_ID}\n`)
})

test('a wait that fails otherwise names the session that stays open, with -q too', async () => {
  const api = await serve({
    [GET_SESSION]: { status: 403, json: { detail: 'Invalid credentials' } },
  })
  const cli = cliFor(api)
  const result = await cli.run(['session', 'create', '--wait', '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', session_id: SESSION_ID })
  expect(result.error).toMatchObject({ http_status: 403, retryable: false })
  expect(result.error.message).toContain('refuses the API key')
  const quiet = await cli.run(['session', 'create', '--wait', '-q'])
  expect(quiet.stderr).toContain(`skyvern session close ${SESSION_ID}`)
})

test.each([
  [['session', 'create', '--wait'], GET_SESSION, `skyvern session close ${SESSION_ID}`],
  [['session', 'close', SESSION_ID], GET_SESSION, `skyvern session close ${SESSION_ID}`],
  [['task', 'run', 'x', '--no-session'], 'GET /v1/runs/*', `skyvern task cancel ${RUN_ID}`],
])('%j: what a signal leaves billing is said with -q too', async (args, look, told) => {
  const api = await serve({
    'POST /v1/browser_sessions/*/close': { json: {} },
    'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
    'GET /v1/runs/*': { json: run({ status: 'running' }) },
  })
  const running = cliFor(api).start([...args, '-q'])
  await vi.waitFor(() => expect(api.sent(look)).not.toHaveLength(0), 30_000)
  running.child.kill('SIGINT')
  const { signal, stderr } = await running.result
  expect(signal).toBe('SIGINT')
  expect(stderr).toContain(told)
})

test('an unknown field is an error that names the new session', async () => {
  const cli = cliFor(await serve({}))
  const result = await cli.run(['session', 'create', '--fields', 'novel', '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', session_id: SESSION_ID })
  const quiet = await cli.run(['session', 'create', '--fields', 'novel', '-q'])
  expect(quiet.stderr).toContain(`skyvern session close ${SESSION_ID}`)
})

test('a session that fails to start: exit 5', async () => {
  const api = await serve({
    [GET_SESSION]: { json: endedSession({ status: 'failed', started_at: null }) },
  })
  const result = await cliFor(api).run(['session', 'create', '--wait', '--json'])
  expect(result).toMatchObject({ code: 5, stdout: '' })
  expect(result.error).toMatchObject({ code: 'session_ended', session_id: SESSION_ID })
})

test.each([
  ['knows it in PATCH', { json: session({ generate_browser_profile: true }) }, ''],
  [
    'cannot save',
    { status: 404, json: { detail: 'Not Found' } },
    'cannot save the browser profile',
  ],
])('a server that ignores --generate-browser-profile and %s', async (_, answer, warned) => {
  const api = await serve({ 'PATCH /v1/browser_sessions/*': answer })
  const result = await cliFor(api).run(['session', 'create', '--generate-browser-profile'])
  expect(result).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(api.sent('PATCH /v1/browser_sessions/*')[0]?.body).toEqual({
    generate_browser_profile: true,
  })
  expect(result.stderr.includes('warning:')).toBe(warned !== '')
  expect(result.stderr).toContain(warned)
})
