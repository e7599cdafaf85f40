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
import { HURRIED } from '../support/cli.ts'
import {
  call,
  CLOSE,
  CREATE,
  LIST,
  PATCH,
  PENDING,
  SAVE,
  serverOf,
  SESSION,
  writes,
} from '../support/save-profile.ts'

test('it arms, closes, waits for the upload, and prints the id of the profile', async () => {
  const api = await startApi(
    serverOf({ [CREATE]: (_, before) => (before < 2 ? PENDING : { json: profile() }) }),
  )
  const result = await cliFor(api).run(SAVE)
  expect(result).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(writes(api.requests)).toEqual([
    `PATCH /v1/browser_sessions/${SESSION_ID}`,
    `POST /v1/browser_sessions/${SESSION_ID}/close`,
    'POST /v1/browser_profiles',
    'POST /v1/browser_profiles',
    'POST /v1/browser_profiles',
  ])
  expect(api.sent(PATCH)[0]?.body).toEqual({ generate_browser_profile: true })
  expect(api.sent(CREATE)[2]?.body).toEqual({ name: 'shop', browser_session_id: SESSION_ID })
})

test.each([
  ['a self-hosted server waits', { environment: 'local' }, true],
  ['the embedded backend does not', { environment: 'local', embedded: {} }, false],
  ['the cloud does not', { environment: 'production' }, false],
])('closing keeps the newest cookies: %s', async (_, runtime, waits) => {
  let closed = 0
  const server = serverOf()
  const { [SESSION]: look, [CLOSE]: close } = server
  const changed = Date.now() - 31_000
  const api = await startApi({
    ...server,
    'GET /v1/config/runtime': { json: runtime },
    [SESSION]: (request, before) =>
      before === 0
        ? { json: session({ modified_at: naiveTime(-31) }) }
        : call(look, request, before),
    [CLOSE]: (request, before) => {
      closed = Date.now()
      return call(close, request, before)
    },
  })
  const result = await cliFor(api).run(SAVE)
  expect(result.code).toBe(0)
  expect(result.stderr.includes('Closing in')).toBe(waits)
  if (waits) expect(closed - changed).toBeGreaterThan(32_000)
})

test('a name that is taken is exit 6, and the session stays open', async () => {
  const api = await startApi(serverOf({ [LIST]: { json: [profile()] } }))
  const result = await cliFor(api).run([...SAVE, '--json'])
  expect(result).toMatchObject({ code: 6, stdout: '' })
  expect(result.error).toMatchObject({ code: 'conflict', session_id: SESSION_ID })
  expect(result.error.hint).toContain('--replace-profile')
  expect(writes(api.requests)).toEqual([])
})

test('a part of a name does not match', async () => {
  const api = await startApi(serverOf({ [LIST]: { json: [profile({ name: 'shop two' })] } }))
  expect(await cliFor(api).run(SAVE)).toMatchObject({ code: 0 })
})

test.each([
  ['was not configured', 'This browser session was not configured to generate a browser profile.'],
  [
    'made a profile before',
    'This browser session has ended and has no profile archive to save, so retrying will not help.',
  ],
  ['lost its source', 'This browser session reused profile bp_1, whose archive is unavailable.'],
])('a session that %s is not retried', async (_, detail) => {
  const api = await startApi(serverOf({ [CREATE]: { status: 400, json: { detail } } }))
  const result = await cliFor(api).run(SAVE)
  expect(result.code).toBe(1)
  expect(result.stderr).toContain(detail.replace(/\.$/, ''))
  expect(api.sent(CREATE)).toHaveLength(1)
})

test('another save of the same session is waited for', async () => {
  const detail =
    'A browser profile is already being saved from this browser session. Retry in a few seconds.'
  const api = await startApi(
    serverOf({
      [CREATE]: (_, before) =>
        before === 0 ? { status: 409, json: { detail } } : { json: profile() },
    }),
  )
  expect(await cliFor(api).run(SAVE)).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
})

test('an upload that never comes ends the wait, and the error says what to do next', async () => {
  const api = await startApi(serverOf({ [CREATE]: PENDING }))
  const result = await cliFor(api, HURRIED).run([...SAVE, '--wait-timeout', '2s', '--json'])
  expect(result).toMatchObject({ code: 124, stdout: '' })
  expect(result.error).toMatchObject({ code: 'wait_timeout', session_id: SESSION_ID })
  expect(result.error.hint).toContain(`profile create "shop" --from-session ${SESSION_ID}`)
  expect(api.sent(CREATE).length).toBeGreaterThan(1)
})

test.each([
  ['has no such setting', { status: 404, json: { detail: 'Not Found' } }],
  ['ignores it', { json: session({ generate_browser_profile: false }) }],
])('on a server that %s nothing is closed', async (_, answer) => {
  const api = await startApi(serverOf({ [PATCH]: answer }))
  const result = await cliFor(api).run(SAVE)
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.stderr).toContain('still open')
  expect(api.sent(CLOSE)).toHaveLength(0)
})

test('a close that is not confirmed is exit 75, and makes no profile', async () => {
  const api = await startApi(serverOf({ [CLOSE]: { json: {} } }))
  const result = await cliFor(api).run([...SAVE, '--wait-timeout', '1s', '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error.code).toBe('close_unconfirmed')
  expect(api.sent(CREATE)).toHaveLength(0)
})

test('a create whose answer was lost is found by its name, and not sent again', async () => {
  let made = false
  const api = await startApi(
    serverOf({
      [LIST]: () => ({ json: made ? [profile()] : [] }),
      [CREATE]: () => {
        made = true
        return 'drop'
      },
    }),
  )
  const result = await cliFor(api).run(SAVE)
  expect(result).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(api.sent(CREATE)).toHaveLength(1)
})

test('a save that fails after the close names a command that works', async () => {
  const api = await startApi(
    serverOf({ [CREATE]: (_, before) => (before === 0 ? { status: 500 } : { json: profile() }) }),
  )
  const cli = cliFor(api)
  const result = await cli.run([...SAVE, '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', session_id: SESSION_ID })
  const [, command = ''] = /`skyvern (.+)`$/.exec(result.error.hint ?? '') ?? []
  const again = await cli.run(command.replaceAll('"', '').split(' '))
  expect(again).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
})

test('a session that ended before and was set to save is saved', async () => {
  const api = await startApi(
    serverOf({ [SESSION]: { json: endedSession({ generate_browser_profile: true }) } }),
  )
  expect(await cliFor(api).run(SAVE)).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(api.sent(PATCH)).toHaveLength(0)
})

test('a session that ended before and was not set to save is exit 5', async () => {
  const api = await startApi(serverOf({ [SESSION]: { json: endedSession() } }))
  const result = await cliFor(api).run([...SAVE, '--json'])
  expect(result).toMatchObject({ code: 5, stdout: '' })
  expect(result.error.code).toBe('session_ended')
})

test.each([
  ['--all --save-profile shop'],
  ['pbs_1 pbs_2 --save-profile shop'],
  ['pbs_1 --replace-profile'],
  ['pbs_1 --save-profile bp_1'],
])('session close %s is refused', async (args) => {
  const api = await startApi(serverOf())
  const result = await cliFor(api).run(['session', 'close', ...args.split(' ')])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(api.requests).toHaveLength(0)
})
