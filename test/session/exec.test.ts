import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cliFor, KEY, SESSION_ID, session } from '../support/api.ts'
import { pathWithSkyvern } from '../support/cli.ts'
import { CLOSE, CREATE, startSessions } from '../support/sessions.ts'
import { currentOf, openBefore } from '../support/scene.ts'

test('the command gets the session and the server, its streams and its exit status', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const script = 'cat; env | grep ^SKYVERN | sort; echo told >&2; exit 7'
  const result = await cli.run(
    ['session', 'exec', '--timeout', '30', '--proxy', 'US', '--', 'sh', '-c', script],
    { input: 'typed\n' },
  )
  const [id = ''] = api.sessions.keys()
  expect(result.code).toBe(7)
  expect(result.stdout.split('\n')).toEqual([
    'typed',
    `SKYVERN_API_KEY=${KEY}`,
    `SKYVERN_APP_URL=https://app.example.com/browser-session/${id}`,
    `SKYVERN_BASE_URL=${api.url}`,
    `SKYVERN_CDP_URL=ws://127.0.0.1:9/${id}/cdp-token`,
    `SKYVERN_CONFIG_DIR=${cli.folder}`,
    `SKYVERN_SESSION_ID=${id}`,
    '',
  ])
  expect(result.stderr).toContain('told')
  expect(result.stderr).toContain(`Session ${id} completed`)
  expect(result.stderr).not.toContain('cdp-token')
  expect(api.sent(CREATE)[0]?.body).toEqual({ timeout: 30, proxy_location: 'RESIDENTIAL' })
  expect(api.closes()).toEqual([1])
})

test('its session never becomes the current one, and nested ones are independent', async () => {
  const api = await startSessions()
  const cli = cliFor(api, { PATH: pathWithSkyvern() })
  const outer = await openBefore(cli, api)
  const nested = ['session', 'exec', '--', 'sh', '-c']
  const result = await cli.run([
    ...nested,
    'echo $SKYVERN_SESSION_ID; skyvern session exec -- sh -c "skyvern session current"; exit 4',
  ])
  expect(result.code).toBe(4)
  const [first, second] = result.stdout.trim().split('\n')
  expect([...api.sessions.keys()]).toEqual([outer, first, second])
  expect(api.open()).toEqual([outer])
  expect(currentOf(cli, api)).toBe(outer)
})

test.each([
  ['no-such-command-anywhere', 127, 'command not found'],
  ['./no/such/file', 127, 'does not exist'],
  ['x'.repeat(5000), 127, 'command not found'],
  ['/', 126, 'cannot be executed'],
  [fileURLToPath(new URL('../../package.json', import.meta.url)), 126, 'cannot be executed'],
])('%s is refused with %i before anything is billed', async (command, code, message) => {
  const api = await startSessions()
  const result = await cliFor(api).run(['session', 'exec', '--', command])
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.stderr).toContain(message)
  expect(api.requests).toHaveLength(0)
})

test('a script whose interpreter is missing is 127, and its session is closed', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const script = join(cli.folder, 'script')
  writeFileSync(script, '#!/no/such/interpreter\n', { mode: 0o700 })
  expect(await cli.run(['session', 'exec', '--', script])).toMatchObject({ code: 127 })
  expect(api.closes()).toEqual([1])
})

test.each([
  ['a missing command', ['session', 'exec'], 2, 'usage'],
  ['an unknown option', ['session', 'exec', '--tiemout', '5', '--', 'true'], 2, 'usage'],
  ['--close without a session', ['session', 'exec', '--close', '--', 'true'], 2, 'usage'],
  ['an unknown session', ['session', 'exec', '--session', 'pbs_1', '--', 'true'], 125, 'not_found'],
  [
    'what only a new session can have',
    ['session', 'exec', '--session', 'pbs_1', '--timeout', '30', '--', 'true'],
    2,
    'usage',
  ],
])('%s is reported as JSON, and nothing is run', async (_, args, code, machineCode) => {
  const api = await startSessions()
  const result = await cliFor(api).run([...args.slice(0, 2), '--json', ...args.slice(2)])
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.error.code).toBe(machineCode)
  expect(api.sent(CREATE)).toHaveLength(0)
})

test('a failure of exec itself is 125', async () => {
  const api = await startSessions()
  api.routes[CREATE] = { status: 402, json: { detail: 'No credits' } }
  const result = await cliFor(api).run(['session', 'exec', '--json', '--', 'true'])
  expect(result).toMatchObject({ code: 125, stdout: '' })
  expect(result.error.code).toBe('payment_required')
  expect(result.error.message).toContain('No credits')
})

test('a create whose answer was lost runs nothing and is 75', async () => {
  const api = await startSessions()
  api.routes[CREATE] = 'drop'
  api.routes['GET /v1/browser_sessions'] = {
    json: [session({ created_at: '2999-01-01T00:00:00' })],
  }
  const result = await cliFor(api).run(['session', 'exec', '--', 'echo', 'ran'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.stderr).toContain(SESSION_ID)
})

test('a browser that is not ready in time closes the session, and runs nothing', async () => {
  const api = await startSessions({ started_at: null })
  const result = await cliFor(api).run([
    'session',
    'exec',
    '--wait-timeout',
    '1',
    '--json',
    '--',
    'echo',
    'ran',
  ])
  expect(result).toMatchObject({ code: 125, stdout: '' })
  expect(result.error.code).toBe('wait_timeout')
  expect(api.open()).toEqual([])
})

test('a server that starts the browser with the first task is not waited for', async () => {
  const api = await startSessions({ started_at: null, browser_address: null })
  api.routes['GET /v1/config/runtime'] = {
    json: { environment: 'local', browser_streaming_mode: 'vnc' },
  }
  const script = 'echo "${SKYVERN_CDP_URL-unset}"'
  const cli = cliFor(api, { SKYVERN_CDP_URL: 'ws://stale' })
  const result = await cli.run(['session', 'exec', '--', 'sh', '-c', script])
  expect(result).toMatchObject({ code: 0, stdout: 'unset\n' })
  expect(api.closes()).toEqual([1])
})

test.each([
  ['with a status of its own', 'exit 3', 3],
  ['well', 'true', 75],
])('a close that is not confirmed, after a command that ended %s', async (_, script, code) => {
  const api = await startSessions()
  api.routes[CLOSE] = { status: 403, json: { detail: 'This plan cannot close sessions' } }
  const result = await cliFor(api).run(['session', 'exec', '--', 'sh', '-c', script])
  const [id] = api.open()
  expect(result.code).toBe(code)
  expect(result.stderr).toContain(`skyvern session close ${id}`)
})

test('a session that ends by itself meanwhile is closed too, and is not a failure', async () => {
  const api = await startSessions()
  const running = cliFor(api).start(['session', 'exec', '--', 'sh', '-c', 'echo up >&2; cat'])
  await running.said('up')
  for (const kept of api.sessions.values()) kept.status = 'timeout'
  const result = await running.result
  expect(result.code).toBe(0)
  expect(result.stderr).toContain('timeout')
})

test('--session runs in an open session and leaves it open without --close', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const id = await openBefore(cli, api, { name: 'kept' })
  const command = ['--', 'sh', '-c', 'echo $SKYVERN_SESSION_ID']
  const kept = await cli.run(['session', 'exec', '--session', 'kept', ...command])
  expect(kept).toMatchObject({ code: 0, stdout: `${id}\n` })
  expect(api.open()).toEqual([id])
  const closed = await cli.run(['session', 'exec', '--session', id, '--close', ...command])
  expect(closed).toMatchObject({ code: 0, stdout: `${id}\n` })
  expect(api.open()).toEqual([])
  const late = await cli.run(['session', 'exec', '--session', id, ...command])
  expect(late).toMatchObject({ code: 125, stdout: '' })
})

test('options after the dashes belong to the command', async () => {
  const api = await startSessions()
  const args = ['session', 'exec', '--', 'echo', '--json', '--timeout', '-q', '--', '-h']
  const result = await cliFor(api).run(args)
  expect(result).toMatchObject({ code: 0, stdout: '--json --timeout -q -- -h\n' })
})
