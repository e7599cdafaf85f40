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
} from './support/api.ts'
import type { Recorded, Reply, Routes } from './support/api.ts'

const SESSION = 'GET /v1/browser_sessions/*'
const PATCH = 'PATCH /v1/browser_sessions/*'
const CLOSE = 'POST /v1/browser_sessions/*/close'
const LIST = 'GET /v1/browser_profiles'
const CREATE = 'POST /v1/browser_profiles'
const UPDATE = 'PATCH /v1/browser_profiles/*'
const DELETE = 'DELETE /v1/browser_profiles/*'
const PENDING = {
  status: 400,
  json: {
    detail:
      'Browser session does not have a persisted profile archive. Close the session and wait for upload to finish.',
  },
}
const SAVE = `session close ${SESSION_ID} --save-profile shop`.split(' ')

/** A server with one open session, which ends when it is closed, and no profiles. */
const serverOf = (more: Routes = {}): Routes => {
  let open = true
  return {
    [SESSION]: () => ({
      json: open ? session() : endedSession({ generate_browser_profile: true }),
    }),
    [PATCH]: { json: session({ generate_browser_profile: true }) },
    [CLOSE]: () => {
      open = false
      return { json: { message: 'Browser session closed' } }
    },
    [LIST]: { json: [] },
    [CREATE]: { json: profile() },
    ...more,
  }
}

const call = (
  reply: Reply | undefined,
  request: Recorded,
  before: number,
): Reply | Promise<Reply> =>
  typeof reply === 'function' ? reply(request, before) : (reply ?? 'drop')

const writes = (requests: { method: string; path: string }[]): string[] =>
  requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)

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
])('closing so that no cookie of a moment ago is lost: %s', async (_, runtime, waits) => {
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

test('part of a name is another name', async () => {
  const api = await startApi(serverOf({ [LIST]: { json: [profile({ name: 'shop two' })] } }))
  expect(await cliFor(api).run(SAVE)).toMatchObject({ code: 0 })
})

test('--replace-profile deletes the old one only when the new one exists, and then takes its name', async () => {
  const api = await startApi(
    serverOf({
      [LIST]: { json: [profile({ browser_profile_id: 'bp_1' })] },
      'GET /v1/browser_profiles/*/usage': {
        json: { workflows: [], credentials: [{ credential_id: 'cred_1', name: 'Shop login' }] },
      },
      [CREATE]: (request, before) =>
        before < 1 ? PENDING : { json: profile({ name: request.body.name }) },
      [DELETE]: { status: 204, text: '' },
      [UPDATE]: ({ body }) => ({ json: profile({ name: body.name }) }),
    }),
  )
  const result = await cliFor(api).run([...SAVE, '--replace-profile'])
  expect(result).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(result.stderr).toContain('Shop login')
  expect(writes(api.requests).slice(-4)).toEqual([
    'POST /v1/browser_profiles',
    'POST /v1/browser_profiles',
    'DELETE /v1/browser_profiles/bp_1',
    `PATCH /v1/browser_profiles/${PROFILE_ID}`,
  ])
  expect(api.sent(CREATE)[1]?.body.name).toMatch(/^shop \(new \d+\)$/)
  expect(api.sent(UPDATE)[0]?.body).toEqual({ name: 'shop' })
})

test('a replacement that cannot be made leaves the old one alone', async () => {
  const detail = 'This browser session was not configured to generate a browser profile.'
  const api = await startApi(
    serverOf({
      [LIST]: { json: [profile({ browser_profile_id: 'bp_1' })] },
      [CREATE]: { status: 400, json: { detail } },
    }),
  )
  const result = await cliFor(api).run([...SAVE, '--replace-profile', '--json'])
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.error).toMatchObject({ code: 'api_error', http_status: 400 })
  expect(api.sent(CREATE)).toHaveLength(1)
  expect(api.sent(DELETE)).toHaveLength(0)
})

test('an old profile that cannot be deleted is told, with the id of the new one', async () => {
  const api = await startApi(
    serverOf({
      [LIST]: { json: [profile({ browser_profile_id: 'bp_1' })] },
      [CREATE]: ({ body }) => ({ json: profile({ name: body.name }) }),
      [DELETE]: { status: 403, json: { detail: 'This profile is managed' } },
    }),
  )
  const result = await cliFor(api).run([...SAVE, '--replace-profile', '--json'])
  expect(result.code).toBe(6)
  expect(result.error.message).toContain(PROFILE_ID)
  expect(result.error.hint).toContain(`skyvern profile update ${PROFILE_ID} --name "shop"`)
})

test.each([
  ['was not configured', 'This browser session was not configured to generate a browser profile.'],
  ['lost its source', 'This browser session reused profile bp_1, whose archive is unavailable.'],
])('a session that %s is not asked for again', async (_, detail) => {
  const api = await startApi(serverOf({ [CREATE]: { status: 400, json: { detail } } }))
  const result = await cliFor(api).run(SAVE)
  expect(result.code).toBe(1)
  expect(result.stderr).toContain(detail)
  expect(api.sent(CREATE)).toHaveLength(1)
})

test('an upload that never comes is given up, and how to go on is said', async () => {
  const api = await startApi(serverOf({ [CREATE]: PENDING }))
  const result = await cliFor(api).run([...SAVE, '--wait-timeout', '2s', '--json'])
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

test('a dry run shows the three requests, needs no key and sends nothing', async () => {
  const api = await startApi(serverOf())
  const result = await cliFor(api, { SKYVERN_API_KEY: undefined }).run([...SAVE, '--dry-run'])
  expect(result.code).toBe(0)
  const shown = result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(shown.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `PATCH /v1/browser_sessions/${SESSION_ID}`,
    `POST /v1/browser_sessions/${SESSION_ID}/close`,
    'POST /v1/browser_profiles',
  ])
  expect(api.requests).toHaveLength(0)
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
