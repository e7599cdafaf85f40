/** Disks that are full or read-only, and folders of somebody else. Only root can set them up. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { browsersOf, startLocal } from '../local/support.ts'
import { endedSession, KEY, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api } from '../support/api.ts'
import { BINARY, Cli, Running } from '../support/cli.ts'

const ID = `${SESSION_ID}\n`
const OTHER_KEY = 'key-that-was-there-before'
const NOBODY = 65_534

const startServer = (): Promise<Api> =>
  startApi({
    'POST /v1/browser_sessions': { json: session() },
    'GET /v1/browser_sessions/*': { json: endedSession() },
    'POST /v1/browser_sessions/*/close': { json: {} },
    'GET /api/v1/organizations/me': { json: { organization_id: 'o_1', organization_name: 'Ada' } },
  })

/** A small disk of its own. */
function mountDisk(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Leaves that many bytes. */
function fill(folder: string, left: number): void {
  const file = join(folder, 'filler')
  try {
    for (;;) appendFileSync(file, Buffer.alloc(1024))
  } catch {
    execFileSync('truncate', ['-s', `-${left}`, file])
  }
}

const cliIn = (folder: string, api: Api, env = {}): Cli =>
  new Cli(folder, { SKYVERN_BASE_URL: api.url, SKYVERN_API_KEY: KEY, ...env })

describe.runIf(process.getuid?.() === 0)('disks', () => {
  test.each([0, 1, 4096])(
    'a disk with %i bytes left fails no create and no close',
    async (left) => {
      const api = await startServer()
      const folder = mountDisk('128k')
      fill(folder, left)
      const cli = cliIn(folder, api)
      const created = await cli.run(['session', 'create', '--name', 'mine'])
      expect(created).toMatchObject({ code: 0, stdout: ID })
      if (left === 0) expect(created.stderr).toContain('the disk is full')
      const closed = await cli.run(['session', 'close', SESSION_ID])
      expect(closed.code).toBe(0)
    },
  )

  test.each([0, 1, 4096, 8192])(
    'a key on a disk with %i bytes left is stored whole or not at all, and the old one stays',
    async (left) => {
      const api = await startServer()
      const folder = mountDisk('128k')
      const file = join(folder, 'keys.json')
      writeFileSync(file, JSON.stringify({ 'https://api.example.com': OTHER_KEY }), { mode: 0o600 })
      fill(folder, left)
      const cli = cliIn(folder, api, { SKYVERN_API_KEY: undefined })
      // More than a page: the part that fits is not the whole.
      const input = `key-${'0123456789'.repeat(600)}`
      const result = await cli.run(['auth', 'login', '--with-token'], { input })
      const keys = JSON.parse(readFileSync(file, 'utf8'))
      expect(keys['https://api.example.com']).toBe(OTHER_KEY)
      expect(keys[api.url]).toBe(result.code === 0 ? input : undefined)
      if (result.code !== 0) {
        expect(result.code).toBe(1)
        expect(result.stderr).toContain(file)
        expect(result.stderr).not.toMatch(/This is a bug|Unexpected|0123456789/)
      }
    },
  )

  test('a session of the embedded backend that has no room leaves no browser', async () => {
    const { folder, call } = await startLocal()
    const records = join(folder, 'records', 'sessions')
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', records])
    onTestFinished(() => void execFileSync('umount', ['-l', records]))
    fill(records, 0)
    const created = await call('POST', '/v1/browser_sessions', {})
    expect(created).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('disk is full') },
    })
    await vi.waitFor(() => expect(browsersOf(folder)).toEqual([]), 20_000)
  })

  test('a read-only disk fails no create and no close, and a login says so', async () => {
    const api = await startServer()
    const folder = mountDisk('128k')
    const cli = cliIn(folder, api)
    await cli.run(['session', 'create'])
    execFileSync('mount', ['-o', 'remount,ro', folder])
    const created = await cli.run(['session', 'create'])
    expect(created).toMatchObject({ code: 0, stdout: ID })
    expect(created.stderr).toContain('read-only')
    const closed = await cli.run(['session', 'close'])
    expect(closed.code).toBe(0)
    expect(closed.stderr).toContain('warning:')
    const login = await cli.run(['auth', 'login', '--with-token'], { input: KEY })
    expect(login.code).toBe(1)
    expect(login.stderr).toContain('the disk is read-only')
  })

  test('a home of somebody else fails no create and no close', async () => {
    const api = await startServer()
    const folder = mkdtempSync(join(tmpdir(), 'skyvern-other-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (const name of ['current', 'ledger']) mkdirSync(join(folder, name), { mode: 0o700 })
    writeFileSync(join(folder, 'keys.json'), '{}', { mode: 0o600 })
    chmodSync(folder, 0o755)
    const asNobody = (...args: string[]) => {
      const child = ['--reuid', String(NOBODY), '--clear-groups', process.execPath, BINARY, ...args]
      return new Running(spawn('setpriv', child, { env: cliIn(folder, api).environment() })).result
    }
    const created = await asNobody('session', 'create')
    expect(created).toMatchObject({ code: 0, stdout: ID })
    expect(created.stderr).toContain('permission denied')
    expect(await asNobody('session', 'close', SESSION_ID)).toMatchObject({ code: 0 })
    expect(await asNobody('session', 'close', '--mine')).toMatchObject({ code: 0 })
  })

  test('a key of somebody else is not read by others', async () => {
    const api = await startServer()
    const folder = mkdtempSync(join(tmpdir(), 'skyvern-mine-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const cli = cliIn(folder, api, { SKYVERN_API_KEY: undefined })
    await cli.run(['auth', 'login', '--with-token'], { input: KEY })
    await cli.run(['session', 'create'])
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    for (const name of names) {
      const args = ['--reuid', String(NOBODY), '--clear-groups', 'ls', '-R', join(folder, name)]
      expect(spawnSync('setpriv', args).status).not.toBe(0)
    }
  })
})

test('fifty creates at the same time: every session is in the ledger', async () => {
  let made = 0
  const api = await startApi({
    'POST /v1/browser_sessions': () => ({ json: session({ browser_session_id: `pbs_${++made}` }) }),
  })
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-fifty-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const cli = cliIn(folder, api)
  const results = await Promise.all(
    Array.from({ length: 50 }, () => cli.run(['session', 'create'])),
  )
  expect(results.filter(({ code, stderr }) => code !== 0 || stderr.includes('warning'))).toEqual([])
  const ledger = join(folder, 'ledger')
  const kept = readdirSync(ledger).map((file) => {
    const { session_id: id } = JSON.parse(readFileSync(join(ledger, file), 'utf8'))
    return id
  })
  expect(kept.sort()).toEqual(results.map(({ stdout }) => stdout.trim()).sort())
  expect(new Set(kept).size).toBe(50)
})
