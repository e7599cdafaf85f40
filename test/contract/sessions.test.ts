import { expect } from 'vitest'
import {
  cli,
  contract,
  endedSession,
  failure,
  json,
  page,
  readySession,
  sharedSession,
} from './contract.ts'

interface Session {
  browser_session_id: string
  status: string
  timeout: number
  warning: string | null
  browser_address: string | null
  generate_browser_profile: boolean
  extensions: string[] | null
  browser_type: string | null
  app_url: string | null
  created_at: string
  started_at: string | null
  completed_at: string | null
}

const create = (...options: string[]) => json<Session>('session', 'create', ...options)
const listed = async (...options: string[]) =>
  (await json<Session[]>('session', 'list', ...options)).map(
    (session) => session.browser_session_id,
  )
const get = (id: string) => json<Session>('session', 'get', id)

contract(
  'create prints the id, and nothing else, on stdout; it is the current session until it is closed',
  async () => {
    const { code, stdout } = await cli('session', 'create')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^pbs_\w+\n$/)
    expect(await cli('session', 'current')).toMatchObject({ code: 0, stdout })
    await cli('session', 'close')
    expect(await failure('session', 'current')).toMatchObject({
      exit: 5,
      code: 'no_current_session',
    })
  },
)

contract('create without options asks for an hour, and its times have a zone', async () => {
  const session = await create()
  expect(session).toMatchObject({ timeout: 60, warning: null, generate_browser_profile: false })
  expect(['created', 'running']).toContain(session.status)
  expect(session.created_at).toMatch(/T.*Z$/)
  expect(Math.abs(Date.parse(session.created_at) - Date.now())).toBeLessThan(60_000)
  const { browser_session_id: id } = session
  // Here, because the shared session has been waited for.
  expect(await cli('session', 'wait', id, '--for', 'ready')).toMatchObject({ code: 0 })
  expect((await get(id)).status).toBe('running')
})

contract('create --timeout 120 --proxy US is accepted as it stands', async (expected) => {
  const session = await create('--timeout', '120', '--proxy', 'US')
  expect(session.timeout).toBe(120)
  expect(session.warning === null).toBe(expected(true))
})

contract('a running session has a CDP address, masked for people', async () => {
  const id = await sharedSession()
  const { browser_address: address } = await get(id)
  expect(address).toMatch(/^wss?:/)
  expect((await cli('session', 'get', id)).stdout).not.toContain(address)
})

contract('a timeout of 4 minutes is refused before anything is sent', async () => {
  expect(await failure('session', 'create', '--timeout', '4')).toMatchObject({
    exit: 2,
    code: 'usage',
  })
})

contract('a timeout of 4 minutes that reaches the server is refused there', async () => {
  const refused = await failure('session', 'create', '--body', 'timeout=4')
  expect(refused).toMatchObject({ exit: 1, code: 'api_error' })
  expect(refused.message).toContain('timeout: Input should be greater than or equal to 5')
})

contract('a timeout of 241 minutes is capped, with a warning', async () => {
  const { code, stdout, stderr } = await cli('session', 'create', '--timeout', '241')
  expect(code).toBe(0)
  expect(stderr).toContain('241 minutes exceeds the maximum')
  expect((await get(stdout.trim())).timeout).toBe(240)
})

contract(
  'a timeout of 1440 minutes is capped, with a warning; extensions and browser type come back as asked for',
  async () => {
    const kind = ['--extension', 'ad-blocker', '--browser-type', 'chrome']
    const session = await create('--timeout', '1440', ...kind)
    expect(session).toMatchObject({
      timeout: 240,
      warning: expect.stringContaining('1440 minutes exceeds the maximum'),
      extensions: ['ad-blocker'],
      browser_type: 'chrome',
    })
  },
)

contract('--strict makes a failure of the warning, and closes the session', async () => {
  const before = await json<Session[]>('session', 'list')
  expect(await failure('session', 'create', '--timeout', '241', '--strict')).toMatchObject({
    exit: 1,
  })
  expect(await json<Session[]>('session', 'list')).toHaveLength(before.length)
})

contract('an unknown extension that reaches the server is refused there', async () => {
  const refused = await failure('session', 'create', '--body', 'extensions=["nope"]')
  expect(refused.message).toContain("Input should be 'ad-blocker' or 'captcha-solver'")
})

contract('a session opens its start page', async () => {
  const id = await readySession(page('/login'))
  const run = await json('task', 'run', 'Log in with username demo@example.com', '--session', id)
  expect(run).toMatchObject({ status: 'completed' })
})

contract('list shows an open session', async () => {
  const id = await sharedSession()
  expect(await listed()).toContain(id)
})

contract('get of an unknown session', async () => {
  const unknown = await failure('session', 'get', 'pbs_404')
  expect(unknown).toMatchObject({ exit: 5, code: 'not_found' })
  expect(unknown.message).toContain('Browser session pbs_404 not found')
})

contract('patch switches the saving of the profile on and off', async () => {
  const id = await sharedSession()
  const patch = (flag: string) => json<Session>('session', 'patch', id, flag)
  expect((await patch('--generate-browser-profile')).generate_browser_profile).toBe(true)
  expect((await patch('--no-generate-browser-profile')).generate_browser_profile).toBe(false)
})

contract('patch of a session that has ended', async () => {
  const id = await endedSession()
  const refused = await failure('session', 'patch', id, '--generate-browser-profile')
  expect(refused).toMatchObject({ exit: 5, code: 'session_ended' })
})

contract('patch of an unknown session', async () => {
  const unknown = await failure('session', 'patch', 'pbs_404', '--generate-browser-profile')
  expect(unknown).toMatchObject({ exit: 5, code: 'not_found' })
})

contract(
  'extend adds to the life of a session, or what is left under six hours, with a warning, then nothing',
  async () => {
    const id = await readySession('--timeout', '60')
    const extend = (by: string) => json<Session>('session', 'extend', id, '--by', by)
    const extended = await extend('30m')
    expect(extended).toMatchObject({ browser_session_id: id, timeout: 90, warning: null })
    expect((await get(id)).timeout).toBe(90)
    const capped = await extend('5h')
    expect(capped.timeout).toBe(360)
    expect(capped.warning).toContain('only 270 minutes remained')
    const refused = await failure('session', 'extend', id, '--by', '5')
    expect(refused).toMatchObject({ exit: 1, code: 'api_error', http_status: 409 })
  },
)

contract('extend of a session that has ended, and of an unknown one', async () => {
  const id = await endedSession()
  const ended = await failure('session', 'extend', id, '--by', '5')
  expect(ended).toMatchObject({ exit: 5, code: 'session_ended' })
  const unknown = await failure('session', 'extend', 'pbs_404', '--by', '5')
  expect(unknown).toMatchObject({ exit: 5, code: 'not_found' })
})

contract(
  'create --wait returns when the browser is up; close ends it for good, and only list --all has it',
  async () => {
    const created = await create('--wait')
    const { browser_session_id: id } = created
    expect(created.status).toBe('running')
    expect(created.started_at).toMatch(/Z$/)
    expect(await cli('session', 'close', id)).toMatchObject({ code: 0, stdout: '' })
    const session = await get(id)
    expect(session.status).toBe('completed')
    expect(session.completed_at).toMatch(/Z$/)
    expect(await listed()).not.toContain(id)
    expect(await listed('--all')).toContain(id)
  },
)

contract('closing a closed session succeeds', async () => {
  expect(await cli('session', 'close', await endedSession())).toMatchObject({ code: 0 })
})

contract('close takes several sessions, and ends browsers that were about to start', async () => {
  const ids = [await create(), await create()].map((session) => session.browser_session_id)
  expect(await cli('session', 'close', ...ids)).toMatchObject({ code: 0 })
  for (const id of ids) expect((await get(id)).status).toBe('completed')
})

contract('closing an unknown session fails, unless --ignore-missing is given', async () => {
  expect(await failure('session', 'close', 'pbs_404')).toMatchObject({ exit: 5, code: 'not_found' })
  expect(await cli('session', 'close', 'pbs_404', '--ignore-missing')).toMatchObject({ code: 0 })
})
