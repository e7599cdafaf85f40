import { expect, test } from 'vitest'
import { cliFor, run, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api, Routes } from '../support/api.ts'
import { CREATE_SESSION, SUBMIT_TASK } from '../support/routes.ts'

const SELF_HOSTED = { environment: 'local', browser_streaming_mode: 'cdp' }
const EMBEDDED = { ...SELF_HOSTED, embedded: {} }

/** A server that says what it is; null: one that does not. */
const serverLike = (runtime: object | null, routes: Routes = {}): Promise<Api> =>
  startApi({
    ...(runtime && { 'GET /v1/config/runtime': { json: runtime } }),
    [CREATE_SESSION]: { json: session({ timeout: 60 }) },
    'GET /v1/browser_sessions/*': { json: session() },
    [SUBMIT_TASK]: { json: run({ status: 'queued' }) },
    ...routes,
  })

test.each([
  ['--proxy', 'GB'],
  ['--proxy', 'http://proxy.example.com:3128'],
  ['--extension', 'ad-blocker'],
  ['--browser-type', 'msedge'],
  ['--proxy-session-id', 'a1'],
  ['--live-view'],
])('a self-hosted server drops %s %s of a session: a warning', async (...option) => {
  const api = await serverLike(SELF_HOSTED)
  const warned = await cliFor(api).run(['session', 'create', ...option])
  expect(warned.stderr).toMatch(new RegExp(`warning: ${option[0]} has no effect: a self-hosted`))
  expect(warned.code).toBe(0)
})

test('with --strict an option of a session that would be dropped is an error, and nothing is created', async () => {
  const api = await serverLike(SELF_HOSTED)
  const create = ['session', 'create', '--proxy', 'GB', '--strict', '--json']
  const refused = await cliFor(api).run(create)
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.error.message).toMatch(/has no effect.*\(--strict\)\.$/)
  expect(api.sent(CREATE_SESSION)).toHaveLength(0)
})

test.each([
  ['the embedded backend, which warns itself', EMBEDDED],
  ['a server that does not say what it is', null],
])('nothing is said of session options for %s', async (_, runtime) => {
  const api = await serverLike(runtime)
  const result = await cliFor(api).run(['session', 'create', '--proxy', 'GB', '--strict'])
  expect(result.code).toBe(0)
  expect(result.stderr).not.toContain('has no effect')
})

test('a session without such options needs no extra request', async () => {
  const api = await serverLike(SELF_HOSTED)
  await cliFor(api).run(['session', 'create', '--timeout', '60'])
  expect(api.requests.map(({ path }) => path)).toEqual(['/v1/browser_sessions'])
})

const IN_SESSION = ['--session', SESSION_ID]
const FRESH = ['--no-session']

test.each([
  ['--title', ['--title', 'T'], IN_SESSION],
  ['--title', ['--title', 'T', '--engine', 'skyvern-2.0'], FRESH],
  ['--extra-http-header', ['--extra-http-header', 'X-Team: blue'], IN_SESSION],
  ['--proxy', ['--proxy', 'GB'], IN_SESSION],
  ['--proxy', ['--proxy', 'GB'], FRESH],
  ['--profile', ['--profile', 'bp_1'], IN_SESSION],
  ['--run-with', ['--run-with', 'code'], FRESH],
])('a task whose %s would be dropped says so (%j %j)', async (option, given, where) => {
  const api = await serverLike(SELF_HOSTED)
  const task = ['task', 'run', 'Look', '--no-wait', ...given, ...where]
  const warned = await cliFor(api).run(task)
  expect(warned.code).toBe(0)
  expect(warned.stderr.match(/^warning: .*$/gm)).toEqual([
    expect.stringMatching(new RegExp(`^warning: ${option} (has no effect|is for a fresh browser)`)),
  ])
  expect(api.sent(SUBMIT_TASK)).toHaveLength(1)
})

test.each([
  [['--title', 'T'], IN_SESSION],
  [['--run-with', 'code'], FRESH],
])(
  'with --strict a task whose option would be dropped is not submitted (%j %j)',
  async (given, where) => {
    const api = await serverLike(SELF_HOSTED)
    const task = ['task', 'run', 'Look', '--no-wait', '--strict', ...given, ...where]
    expect((await cliFor(api).run(task)).code).toBe(2)
    expect(api.sent(SUBMIT_TASK)).toHaveLength(0)
  },
)

test.each([
  [['--title', 'T', '--engine', 'skyvern-1.0', '--url', 'https://example.com'], IN_SESSION],
  [['--title', 'T'], FRESH],
  [['--profile', 'bp_1'], FRESH],
  [['--extra-http-header', 'X-Team: blue'], FRESH],
  [['--run-with', 'code'], IN_SESSION],
])('a task whose options apply is sent without a word (%j %j)', async (given, where) => {
  const api = await serverLike(SELF_HOSTED)
  const task = ['task', 'run', 'Look', '--no-wait', '--strict', ...given, ...where]
  const result = await cliFor(api).run(task)
  expect(result.code).toBe(0)
  expect(result.stderr).not.toContain('warning')
})

test('the embedded backend keeps title and headers of a task in a session', async () => {
  const api = await serverLike(EMBEDDED)
  const given = ['--title', 'T', '--extra-http-header', 'X-Team: blue', ...IN_SESSION]
  const result = await cliFor(api).run(['task', 'run', 'Look', '--no-wait', '--strict', ...given])
  expect(result.code).toBe(0)
})

test('a time zone is sent, and a server that is too old for it is recognised by its answer', async () => {
  const api = await serverLike(null)
  const create = ['session', 'create', '--timezone', 'Asia/Tokyo']
  const old = await cliFor(api).run(create)
  expect(api.sent(CREATE_SESSION)[0]?.body).toEqual({
    browser_settings: { timezone_id: 'Asia/Tokyo' },
  })
  expect(old.code).toBe(0)
  expect(old.stderr).toContain('warning: This server does not set the time zone of a session')

  api.routes[CREATE_SESSION] = {
    json: session({ browser_settings: { timezone_id: 'Asia/Tokyo' } }),
  }
  const current = await cliFor(api).run([...create, '--strict'])
  expect(current.code).toBe(0)
  expect(current.stderr).toContain('Asia/Tokyo')
})

test('a time zone that the browser did not apply causes a warning when the session is ready', async () => {
  const warning = 'The browser reports UTC.'
  const settings = { browser_settings: { timezone_id: 'Asia/Tokyo' } }
  const api = await serverLike(null, {
    [CREATE_SESSION]: { json: session({ ...settings, status: 'created', started_at: null }) },
    'GET /v1/browser_sessions/*': {
      json: session({ ...settings, browser_settings_receipt: { status: 'mismatch', warning } }),
    },
  })
  const create = ['session', 'create', '--timezone', 'Asia/Tokyo', '--wait']
  expect((await cliFor(api).run(create)).stderr).toContain(`warning: ${warning}`)
})

test('a word that is not a time zone is refused, and nothing is sent', async () => {
  const api = await serverLike(null)
  const result = await cliFor(api).run(['session', 'create', '--timezone', 'Nowhere/Land'])
  expect(result).toMatchObject({ code: 2 })
  expect(result.stderr).toContain('IANA')
  expect(api.requests).toEqual([])
})
