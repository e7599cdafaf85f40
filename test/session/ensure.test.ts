import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, naiveTime, profile, PROFILE_ID, RUN_ID } from '../support/api.ts'
import { CREATE, startSessions } from '../support/sessions.ts'
import { currentOf, openBefore, openElsewhere } from '../support/scene.ts'

const NAMED = ['session', 'ensure', '--name', 'ci-login']

test('by name: created once, then reused, and the current session both times', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const first = await cli.run([...NAMED, '--timeout', '90'])
  const id = first.stdout.trim()
  expect(first.stderr).toContain(`created ${id}`)
  await openBefore(cli, api)
  const second = await cli.run([...NAMED, '--timeout', '90'])
  expect(second).toMatchObject({ code: 0, stdout: `${id}\n` })
  expect(second.stderr).toContain(`reused ${id}`)
  expect(currentOf(cli, api)).toBe(id)
  expect(api.sent(CREATE)).toHaveLength(1)
  expect(api.sent(CREATE)[0]?.body).toEqual({ timeout: 90 })
})

test('three at once make one session', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const results = await Promise.all([1, 2, 3].map(() => cli.run(NAMED)))
  expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1)
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(api.sent(CREATE)).toHaveLength(1)
})

test('a process that was killed while it held the lock does not block others', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const create = api.routes[CREATE]
  const running = cli.start(NAMED)
  api.routes[CREATE] = () => {
    running.child.kill('SIGKILL')
    return 'hang'
  }
  await running.result
  expect(readdirSync(join(cli.folder, 'locks'))).toHaveLength(1)
  api.routes[CREATE] = create ?? 'drop'
  expect(await cli.run(NAMED)).toMatchObject({ code: 0 })
})

test('the name of a session that ended by itself is free again', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const first = await openBefore(cli, api, { name: 'ci-login' })
  await endAll(api)
  const second = (await cli.run(NAMED)).stdout.trim()
  expect(api.open()).toEqual([second])
  expect(second).not.toBe(first)
  await endAll(api)
  const created = await cli.run(['session', 'create', '--name', 'ci-login'])
  expect(created.code).toBe(0)
})

test('a name that is taken is a conflict, reported before anything is created', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const id = await openBefore(cli, api, { name: 'ci-login' })
  const taken = await cli.run(['session', 'create', '--name', 'ci-login', '--json'])
  expect(taken).toMatchObject({ code: 6, stdout: '' })
  expect(taken.error).toMatchObject({ code: 'conflict', session_id: id })
  expect(api.sent(CREATE)).toHaveLength(0)
})

test('parallel creates under one name make one session', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const args = ['session', 'create', '--name', 'one']
  const codes = await Promise.all([1, 2].map(async () => (await cli.run(args)).code))
  expect(codes.sort()).toEqual([0, 6])
  expect(api.sent(CREATE)).toHaveLength(1)
})

test('a session whose browser is not up yet has its whole timeout left', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const fresh = await openBefore(cli, api, { name: 'ci-login', body: { timeout: 10 } })
  Object.assign(api.sessions.get(fresh) ?? {}, { status: 'created', started_at: null })
  expect((await cli.run([...NAMED, '--min-remaining', '10m'])).stdout.trim()).toBe(fresh)
  expect((await cli.run([...NAMED, '--min-remaining', '30m', '--no-create'])).code).toBe(5)
})

test('--min-remaining replaces a session that would end too soon, and says that it is open', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const old = await openBefore(cli, api, { name: 'ci-login', body: { timeout: 60 } })
  Object.assign(api.sessions.get(old) ?? {}, { started_at: naiveTime(-50 * 60) })
  const enough = await cli.run([...NAMED, '--min-remaining', '5m'])
  expect(enough.stdout.trim()).toBe(old)
  const refused = await cli.run([...NAMED, '--min-remaining', '20m', '--no-create'])
  expect(refused).toMatchObject({ code: 5, stdout: '' })
  const replaced = await cli.run([...NAMED, '--min-remaining', '20m'])
  expect(replaced.stderr).toContain(`skyvern session close ${old}`)
  const id = replaced.stdout.trim()
  expect(api.open()).toEqual([old, id])
  expect(
    (await cli.run(['session', 'get', 'ci-login', '--fields', 'browser_session_id'])).stdout,
  ).toBe(`${id}\n`)
})

test('a replacement that fails leaves the name where it was', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const old = await openBefore(cli, api, { name: 'ci-login' })
  api.routes[CREATE] = { status: 402, json: { detail: 'No credits' } }
  const long = ['--timeout', '24h', '--min-remaining', '20h']
  expect((await cli.run([...NAMED, ...long])).code).toBe(1)
  expect((await cli.run(NAMED)).stdout).toBe(`${old}\n`)
})

test('--min-remaining longer than the timeout of a new session is refused', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  for (const life of [[], ['--timeout', '90']]) {
    const result = await cli.run([...NAMED, '--min-remaining', '2h', ...life, '--json'])
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.error.hint).toContain('--timeout')
  }
  expect(api.sent(CREATE)).toHaveLength(0)
  const long = await cli.run([...NAMED, '--min-remaining', '2h', '--timeout', '3h'])
  expect(long.code).toBe(0)
  expect((await cli.run([...NAMED, '--min-remaining', '2h'])).stdout).toBe(long.stdout)
})

test('--no-create fails where there is none', async () => {
  const api = await startSessions()
  const result = await cliFor(api).run([...NAMED, '--no-create', '--json'])
  expect(result).toMatchObject({ code: 5, stdout: '' })
  expect(result.error.code).toBe('not_found')
  expect(api.sent(CREATE)).toHaveLength(0)
})

test('by profile: another machine’s session is found, an idle one first', async () => {
  const api = await startSessions()
  const body = { browser_profile_id: PROFILE_ID }
  const [busy, idle] = [await openElsewhere(api, body), await openElsewhere(api, body)]
  await openElsewhere(api)
  Object.assign(api.sessions.get(busy) ?? {}, { runnable_id: RUN_ID })
  const here = cliFor(api)
  const found = await here.run(['session', 'ensure', '--profile', PROFILE_ID])
  expect(found).toMatchObject({ code: 0, stdout: `${idle}\n` })
  expect(currentOf(here, api)).toBe(idle)
})

test('by the name of a profile: the session is started from it', async () => {
  const api = await startSessions()
  api.routes['GET /v1/browser_profiles'] = { json: [profile({ name: 'shop' })] }
  const cli = cliFor(api)
  const args = ['session', 'ensure', '--profile', 'shop']
  const [first, second] = await Promise.all([cli.run(args), cli.run(args)])
  expect(first.stdout).toBe(second.stdout)
  expect(api.sent(CREATE).map(({ body }) => body)).toEqual([{ browser_profile_id: PROFILE_ID }])
})

test('--name or --profile is required', async () => {
  const api = await startSessions()
  expect(await cliFor(api).run(['session', 'ensure'])).toMatchObject({ code: 2, stdout: '' })
})

test('names are of one scope', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const inScope = (scope: string) => cli.run(NAMED, { env: { SKYVERN_SCOPE: scope } })
  const a = await openBefore(cli, api, { name: 'ci-login', scope: 'a' })
  const [b, again] = [await inScope('b'), await inScope('a')]
  expect(b.stdout).not.toBe(`${a}\n`)
  expect(again.stdout).toBe(`${a}\n`)
})

test('a name can replace the id in every command', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const id = await openBefore(cli, api, { name: 'ci-login' })
  api.routes['PATCH /v1/browser_sessions/*'] = () => ({ json: api.sessions.get(id) })
  for (const args of [
    ['use', 'ci-login'],
    ['get', 'ci-login'],
    ['patch', 'ci-login', '--generate-browser-profile'],
    ['exec', '--session', 'ci-login', '--', 'true'],
    ['close', 'ci-login'],
  ]) {
    expect([args[0], (await cli.run(['session', ...args])).code]).toEqual([args[0], 0])
  }
  expect(api.open()).toEqual([])
})

async function endAll(api: Awaited<ReturnType<typeof startSessions>>): Promise<void> {
  for (const kept of api.sessions.values()) kept.status = 'timeout'
}
