import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { cliFor, KEY, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import { GET_SESSION, LIST_SESSIONS } from '../support/routes.ts'

const CDP = `wss://router.example.com/${SESSION_ID}?token=verysecret`

test('a piped list is tab-separated, without header or colour', async () => {
  const api = await startApi({ [LIST_SESSIONS]: { json: [session({ runnable_id: 'tsk_1' })] } })
  const result = await cliFor(api, { FORCE_COLOR: undefined }).run(['session', 'list'])
  expect(result.code).toBe(0)
  expect(result.stdout.split('\t').slice(0, 3)).toEqual([SESSION_ID, 'running', 'busy tsk_1'])
})

test.each([
  ['1', /^debug: GET/],
  ['0', /^$/],
])('SKYVERN_DEBUG=%s', async (value, told) => {
  const api = await startApi({ [LIST_SESSIONS]: { json: [session()] } })
  const result = await cliFor(api, { SKYVERN_DEBUG: value }).run(['session', 'list'])
  expect(result.stderr).toMatch(told)
})

test('-q prints ids only, and nothing on stderr', async () => {
  const rows = ['pbs_1', 'pbs_2'].map((id) => session({ browser_session_id: id }))
  const api = await startApi({ [LIST_SESSIONS]: { json: rows } })
  const result = await cliFor(api).run(['session', 'list', '-q'])
  expect(result).toMatchObject({ code: 0, stdout: 'pbs_1\npbs_2\n', stderr: '' })
})

test('--json passes the object of the API through, unknown fields too, compact in a pipe', async () => {
  const api = await startApi({
    [GET_SESSION]: { json: session({ new_field: [1], created_at: '2026-11-23T06:57:54.346221' }) },
  })
  const result = await cliFor(api).run(['session', 'get', SESSION_ID, '--json'])
  expect(result.stdout.trim().split('\n')).toHaveLength(1)
  expect(result.json).toMatchObject({
    browser_session_id: SESSION_ID,
    new_field: [1],
    created_at: '2026-11-23T06:57:54.346221Z',
  })
})

test('--fields prints bare values, so that a shell needs no jq', async () => {
  const api = await startApi({ [GET_SESSION]: { json: session({ browser_address: CDP }) } })
  const cli = cliFor(api)
  const get = ['session', 'get', SESSION_ID]
  expect((await cli.run([...get, '--fields', 'browser_address'])).stdout).toBe(`${CDP}\n`)
  expect((await cli.run([...get, '--fields', 'status,timeout'])).stdout).toBe('running\t60\n')
  const json = await cli.run([...get, '--fields', 'status', '--json'])
  expect(json.json).toEqual({ status: 'running' })
})

test('--fields prints a text unchanged, with all of its lines', async () => {
  const output = `one\ntwo\t${'x'.repeat(150_000)}`
  const api = await startApi({ 'GET /v1/runs/*': { json: run({ output }) } })
  const cli = cliFor(api)
  const get = ['task', 'get', RUN_ID, '--fields']
  expect((await cli.run([...get, 'output'])).stdout).toBe(`${output}\n`)
  const line = (await cli.run([...get, 'status,output'])).stdout
  expect(line).toBe(`completed\tone two ${'x'.repeat(150_000)}\n`)
  expect((await cli.run(['task', 'get', RUN_ID])).stdout).toContain('x'.repeat(150_000))
})

test('--fields of several results is a line each, and --json a list', async () => {
  const api = await startApi({
    'GET /v1/runs/*': ({ path }) => ({ json: run({ run_id: path.split('/').at(-1) ?? '' }) }),
  })
  const wait = ['task', 'wait', 'tsk_1', 'tsk_2', '--fields', 'run_id']
  expect(await cliFor(api).run(wait)).toMatchObject({ code: 0, stdout: 'tsk_1\ntsk_2\n' })
  const json = await cliFor(api).run([...wait, '--json'])
  expect(json.json).toEqual([{ run_id: 'tsk_1' }, { run_id: 'tsk_2' }])
})

test('the token of a CDP address is masked for people', async () => {
  const api = await startApi({ [GET_SESSION]: { json: session({ browser_address: CDP }) } })
  const cli = cliFor(api)
  const masked = await cli.run(['session', 'get', SESSION_ID])
  expect(masked.stdout).toContain('router.example.com')
  expect(masked.stdout).not.toContain('verysecret')
  const shown = await cli.run(['session', 'get', SESSION_ID, '--show-secrets'])
  expect(shown.stdout).toContain(CDP)
})

test('a reader that stops early ends the command quietly', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => session({ browser_session_id: `pbs_${i}` }))
  const api = await startApi({ [LIST_SESSIONS]: { json: rows } })
  const command = `"${process.execPath}" "${BINARY}" session list --limit 3000 | head -1; echo "\${PIPESTATUS[0]}"`
  // Not spawnSync: the server of this test has to answer.
  const child = await promisify(execFile)('bash', ['--norc', '-c', command], {
    env: { PATH: process.env['PATH'], SKYVERN_BASE_URL: api.url, SKYVERN_API_KEY: KEY },
  })
  const [first, status] = child.stdout.trim().split('\n')
  expect(first).toContain('pbs_0')
  expect(status).toBe('0')
  expect(child.stderr).toBe('')
})

test('a slow reader gets everything, even through a pipe that another process made non-blocking', async () => {
  // Characters of several bytes, so that some writes end within one.
  const rows = Array.from({ length: 3000 }, (_, i) => ({
    browser_session_id: `pbs_${i}`,
    app_url: 'https://example.com/…ñ€'.repeat(9),
  }))
  const api = await startApi({ [LIST_SESSIONS]: { json: rows.map(session) } })
  const cli = cliFor(api)
  // Node makes a pipe non-blocking when it opens it, for everybody who holds it.
  const holder = `process.stdout; fs.writeFileSync('ready', ''); setTimeout(() => {}, 60_000)`
  const command = `{ "$NODE" -e "${holder}" & until [ -e ready ]; do sleep 0.02; done
    "$NODE" "$BINARY" session list --json; status=$?; kill $!; exit $status; } | { sleep 1; cat; }`
  const { stdout } = await promisify(execFile)(
    'bash',
    ['--norc', '-o', 'pipefail', '-c', command],
    {
      cwd: cli.folder,
      env: {
        PATH: process.env['PATH'],
        NODE: process.execPath,
        BINARY,
        SKYVERN_BASE_URL: api.url,
        SKYVERN_API_KEY: KEY,
      },
      maxBuffer: 10_000_000,
    },
  )
  expect(JSON.parse(stdout)).toMatchObject(rows)
})

test.each([[['--version']], [['--json', '--version']], [['session', 'create', '-V']]])(
  '%j tells the program apart from the official one',
  (args) => {
    const { stdout, status } = spawnSync(process.execPath, [BINARY, ...args])
    expect(status).toBe(0)
    expect(String(stdout)).toMatch(/^skyvern-cli \d+\.\d+\.\d+ \(node v/)
  },
)

test('the command path of the official tool answers with ours', async () => {
  const api = await startApi({ [LIST_SESSIONS]: { json: [] } })
  const result = await cliFor(api).run(['browser', 'session', 'list', '--json'])
  expect(result).toMatchObject({ code: 0, stdout: '[]\n' })
})

test('what a server says cannot act on a terminal', async () => {
  const api = await startApi({
    [LIST_SESSIONS]: { status: 400, json: { detail: 'bad \u001b[2J\u0007\u009b31m \u202e thing' } },
  })
  const result = await cliFor(api).run(['session', 'list'])
  expect(result.stderr).toContain('␛[2J<U+0007><U+009B>31m <U+202E> thing')
})

test('request options go where they belong', async () => {
  const api = await startApi({ 'POST /v1/browser_sessions': { json: session() } })
  const args = ['session', 'create', '--timeout', '60']
  const options = ['--header', 'X-Custom: value', '--query', 'a=1', '--query', 'a=2']
  const body = ['--body', 'timeout=90', '--body', 'url=example.com']
  await cliFor(api).run([...args, ...options, ...body])
  expect(api.requests[0]).toMatchObject({
    query: { a: ['1', '2'] },
    body: { timeout: 90, url: 'example.com' },
  })
  expect(api.requests[0]?.headers['x-custom']).toBe('value')
})

test('a header for the key is refused', async () => {
  const api = await startApi()
  const result = await cliFor(api).run(['session', 'list', '--header', 'X-API-Key: other'])
  expect(result.code).toBe(2)
  expect(result.stderr).not.toContain('other')
})

test.each([
  ['--max-retries', '0', 1],
  ['--max-retries', '3', 4],
])('%s %s: %i tries of a read', async (flag, value, tries) => {
  const api = await startApi({ [LIST_SESSIONS]: { status: 503, json: { detail: 'later' } } })
  await cliFor(api).run(['session', 'list', flag, value])
  expect(api.requests).toHaveLength(tries)
})

test('--request-timeout bounds a try to the last byte', async () => {
  const api = await startApi({ [LIST_SESSIONS]: 'hang' })
  const args = ['session', 'list', '--request-timeout', '1', '--max-retries', '0', '--json']
  const result = await cliFor(api).run(args)
  expect(result).toMatchObject({ code: 7, stdout: '' })
  expect(result.error.code).toBe('timeout')
})
