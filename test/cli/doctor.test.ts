import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cliFor, naiveTime, session, startApi } from '../support/api.ts'
import type { Api, Routes } from '../support/api.ts'
import { BINARY, createCli, Running } from '../support/cli.ts'
import type { Result } from '../support/cli.ts'
import { ROOT } from '../support/project.ts'
import { openBefore } from '../support/scene.ts'

const serverOf = (more: Routes = {}): Promise<Api> =>
  startApi({
    'GET /api/v1/heartbeat': { text: 'Server is running.' },
    'GET /v1/version': { json: { version: '1.0.50' } },
    'GET /v1/config/runtime': { json: { environment: 'local', browser_streaming_mode: 'vnc' } },
    'GET /api/v1/organizations/me': {
      json: { organization_id: 'o_1', organization_name: 'Acme' },
    },
    ...more,
  })

interface Row {
  check: string
  status: string
  detail: string
  fix?: string
}

const rowsBy = (rows: Row[]): Record<string, Row> =>
  Object.fromEntries(rows.map((row) => [row.check, row]))

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenUntil = (seconds: number): string =>
  `${encode({ alg: 'HS256' })}.${encode({ sub: 'o_1', exp: seconds })}.c2lnbmF0dXJl`

test('everything in order is exit 0, a row a check', async () => {
  const api = await serverOf()
  const result = await cliFor(api).run(['doctor', '--json'])
  expect(result.code).toBe(0)
  const rows = rowsBy(result.json)
  expect(Object.keys(rows)).toEqual(
    'node command folder browser driver server reachable version clock key account sessions'.split(
      ' ',
    ),
  )
  expect(rows['version']?.detail).toBe('1.0.50, self-hosted')
  expect(rows['account']?.detail).toBe('Acme (o_1)')
  expect(result.stdout).not.toContain('test-key-0123456789abcdef')
})

test('which skyvern is first in the PATH', async () => {
  const api = await serverOf()
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-other-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const other = join(folder, 'skyvern')
  const command = async (): Promise<Row | undefined> => {
    const env = { PATH: `${folder}:${process.env['PATH']}` }
    return rowsBy((await cliFor(api).run(['doctor', '--json'], { env })).json)['command']
  }
  writeFileSync(other, '#!/usr/bin/env python3', { mode: 0o755 })
  expect(await command()).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining(other),
    fix: expect.stringContaining('skyvern --version'),
  })
  rmSync(other)
  symlinkSync(BINARY, other)
  expect(await command()).toMatchObject({ status: 'ok', detail: other })
})

test('a refused key is exit 4, after what needs no key', async () => {
  const api = await serverOf({
    'GET /api/v1/organizations/me': { status: 403, json: { detail: 'Invalid credentials' } },
  })
  const result = await cliFor(api).run(['doctor'])
  expect(result.code).toBe(4)
  expect(result.stdout).toMatch(/^ok\treachable\t/m)
  expect(result.stdout).toMatch(/^failed\taccount\t.*refuses the API key.*\t.*auth status/m)
})

test.each([
  ['missing', undefined, 'auth login'],
  ['expired', tokenUntil(1_000_000_000), '2001-09-09'],
])('a key that is %s is exit 4', async (_, key, said) => {
  const api = await serverOf()
  const result = await cliFor(api, { SKYVERN_API_KEY: key }).run(['doctor', '--json'])
  expect(result.code).toBe(4)
  const row = rowsBy(result.json)['key']
  expect(row?.status).toBe('failed')
  expect(JSON.stringify(row)).toContain(said)
  expect(api.sent('GET /api/v1/heartbeat')).toHaveLength(1)
})

test('a key that ends in the future is fine', async () => {
  const api = await serverOf()
  const env = { SKYVERN_API_KEY: tokenUntil(4_000_000_000) }
  expect(await cliFor(api, env).run(['doctor'])).toMatchObject({ code: 0 })
})

test('nothing listening is exit 7', async () => {
  const api = await serverOf()
  const result = await cliFor(api, { SKYVERN_BASE_URL: 'http://127.0.0.1:1' }).run(['doctor'])
  expect(result.code).toBe(7)
  expect(result.stdout).toMatch(/^failed\treachable\tNothing is listening at 127\.0\.0\.1:1/m)
})

test.each([['https://app.skyvern.com'], ['http://api.example.com']])(
  'the base URL %s is exit 2',
  async (url) => {
    const api = await serverOf()
    const result = await cliFor(api, { SKYVERN_BASE_URL: url }).run(['doctor', '--json'])
    expect(result.code).toBe(2)
    expect(rowsBy(result.json)['server']?.status).toBe('failed')
  },
)

test('a clock that is off is a warning, and no failure', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString()
  const api = await serverOf({
    'GET /v1/config/runtime': { json: {}, headers: { date } },
  })
  const result = await cliFor(api).run(['doctor', '--json'])
  expect(result.code).toBe(0)
  expect(rowsBy(result.json)['clock']).toMatchObject({ status: 'warning' })
  expect(rowsBy(result.json)['clock']?.detail).toMatch(/behind the server/)
})

test('a server that shows nobody its version is fine: the key is a check of its own', async () => {
  const refused = { status: 403, json: { detail: 'Invalid credentials' } }
  const api = await serverOf({ 'GET /v1/version': refused, 'GET /v1/config/runtime': refused })
  const result = await createCli({ SKYVERN_BASE_URL: api.url }).run(['doctor', '--json'])
  expect(result.code).toBe(4)
  const rows = rowsBy(result.json)
  expect(rows['version']).toMatchObject({ status: 'ok', detail: 'not told' })
  expect(rows['key']?.detail).toBe('No API key for this server.')
})

test('--debug shows its requests, and --request-timeout bounds them', async () => {
  const api = await serverOf({ 'GET /api/v1/heartbeat': 'hang' })
  const result = await cliFor(api).run(['doctor', '--debug', '--request-timeout', '1'])
  expect(result.code).toBe(7)
  const [, taken] = /debug: GET \/api\/v1\/heartbeat → .* in (\d+) ms/.exec(result.stderr) ?? []
  // Without the option it would be ten seconds.
  expect(Number(taken)).toBeLessThan(9_000)
})

test('a server that lacks version and runtime is fine', async () => {
  const missing = { status: 404, json: { detail: 'Not Found' } }
  const api = await serverOf({ 'GET /v1/version': missing, 'GET /v1/config/runtime': missing })
  const result = await cliFor(api).run(['doctor', '--json'])
  expect(result.code).toBe(0)
  expect(rowsBy(result.json)['version']?.detail).toBe('not told')
})

test('sessions that this machine left open are named, and so is a create without an answer', async () => {
  const api = await serverOf({
    'POST /v1/browser_sessions': { json: session() },
    'GET /v1/browser_sessions': () => ({
      json: [session(), session({ browser_session_id: 'pbs_2', created_at: naiveTime() })],
    }),
  })
  const cli = cliFor(api)
  await openBefore(cli, api)
  const one = rowsBy((await cli.run(['doctor', '--json'])).json)['sessions']
  expect(one).toMatchObject({ status: 'ok', detail: '1 open session of this machine' })
  expect(one?.fix).toContain('session close --mine')

  api.routes['POST /v1/browser_sessions'] = { status: 500, text: '' }
  expect(await cli.run(['session', 'create'])).toMatchObject({ code: 75 })
  const two = rowsBy((await cli.run(['doctor', '--json'])).json)['sessions']
  expect(two).toMatchObject({ status: 'warning', fix: 'skyvern session list' })
  expect(two?.detail).toContain('1 create without an answer')
})

test.each([
  ['a file in its place', '/dev/null/state', 'not a directory'],
  ['a file system that takes no folders', '/sys/skyvern', ''],
])('a folder that cannot be written is reported: %s', async (_, folder, reason) => {
  const api = await serverOf()
  const env = { SKYVERN_CONFIG_DIR: folder }
  const result = await cliFor(api, env).run(['doctor', '--json'])
  expect(result.code).toBe(0)
  expect(rowsBy(result.json)['folder']).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(`^${folder} cannot be written \\(.*${reason}.*\\)`),
    fix: 'set SKYVERN_CONFIG_DIR to a folder that you can write to',
  })
  const local = await cliFor(api, { ...env, SKYVERN_LOCAL: '1' }).run(['doctor', '--json'])
  expect(local.code).not.toBe(0)
  expect(rowsBy(local.json)['folder']?.status).toBe('failed')
})

test('a folder that is still to be made is fine, and nothing is left where it will be', async () => {
  const api = await serverOf()
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-empty-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const env = { SKYVERN_CONFIG_DIR: join(folder, 'a', 'b') }
  const result = await cliFor(api, env).run(['doctor', '--json'])
  expect(rowsBy(result.json)['folder']?.status).toBe('ok')
  expect(readdirSync(folder)).toEqual([])
})

test('--fix gives a folder of this user its permissions back', async () => {
  const api = await serverOf()
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-locked-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  // The capabilities with which root writes into every folder.
  const isRoot = process.getuid?.() === 0
  const dropped = '-dac_override,-dac_read_search'
  chmodSync(folder, 0o500)
  const cli = cliFor(api, { SKYVERN_CONFIG_DIR: folder })
  const doctor = async (...more: string[]): Promise<Result> => {
    const command = [process.execPath, BINARY, 'doctor', '--json', ...more]
    const as = isRoot ? ['setpriv', '--bounding-set', dropped, ...command] : command
    const [file = '', ...args] = as
    const child = spawn(file, args, { env: cli.environment() })
    child.stdin.end()
    return new Running(child).result
  }
  expect(rowsBy((await doctor()).json)['folder']).toMatchObject({
    status: 'warning',
    detail: `${folder} cannot be written (permission denied): nothing is remembered`,
    fix: 'skyvern doctor --fix',
  })
  const fixed = await doctor('--fix')
  expect(fixed.stderr).toContain(`$ chmod u+rwx ${folder}`)
  expect(rowsBy(fixed.json)['folder']).toMatchObject({ status: 'ok', detail: folder })
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('a machine without playwright-core: what installs it, and a failure only for --local', async () => {
  const api = await serverOf()
  const home = mkdtempSync(join(tmpdir(), 'skyvern-bare-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const copy = join(home, 'lib', 'node_modules', 'skyvern-cli')
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true })
  }
  const doctor = (args: string[], env = {}): Promise<Result> => {
    const command = [join(copy, 'bin', 'skyvern.cjs'), ...args, '--json']
    const child = spawn(process.execPath, command, { env: cliFor(api, env).environment() })
    child.stdin.end()
    return new Running(child).result
  }
  const driver = {
    detail: expect.stringContaining('playwright-core is not installed'),
    fix: 'npm install --global playwright-core',
  }
  const cloud = await doctor(['doctor'])
  expect(cloud.code).toBe(0)
  expect(rowsBy(cloud.json)['driver']).toMatchObject({ status: 'warning', ...driver })
  for (const args of [
    ['doctor', '--local'],
    ['local', 'doctor'],
  ]) {
    const result = await doctor(args)
    expect(result).toMatchObject({ code: 7, error: { hint: `To do: ${driver.fix}` } })
    expect(rowsBy(result.json)['driver']).toMatchObject({ status: 'failed', ...driver })
  }
})
