import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lockOrConflict } from '../../src/config/lock.ts'
import { thisProcess } from '../../src/system/identity.ts'
import { cliFor } from '../support/api.ts'
import type { Cli } from '../support/cli.ts'
import { HAS_NAMESPACES, runAsFirst, startAsFirst } from '../support/namespaces.ts'
import { CREATE, startSessions } from '../support/sessions.ts'

const ENSURE = ['session', 'ensure', '--name', 'shared']
const HOUR = 3_600_000

const inContainer = test.runIf(HAS_NAMESPACES)

inContainer('six containers on one folder make one session', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const results = await Promise.all(Array.from({ length: 6 }, () => runAsFirst(cli, ENSURE)))
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
  expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1)
  expect(api.sent(CREATE)).toHaveLength(1)
  expect(locksOf(cli)).toEqual([])
})

inContainer('a container that was killed with the lock stands in nobody’s way', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const create = api.routes[CREATE]
  const running = startAsFirst(cli, ENSURE)
  api.routes[CREATE] = () => {
    running.child.kill('SIGKILL')
    return 'hang'
  }
  await running.result
  expect(locksOf(cli)).toHaveLength(1)
  api.routes[CREATE] = create ?? 'drop'
  // Well before the 10 s after which one that cannot be seen is given up: that would be exit 6.
  expect(await runAsFirst(cli, ENSURE)).toMatchObject({ code: 0 })
  expect(locksOf(cli)).toEqual([])
})

inContainer('`session exec` that runs in another container is not called killed', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const script = 'echo up >&2; exec sleep 300'
  const running = startAsFirst(cli, ['session', 'exec', '--', 'sh', '-c', script])
  await running.said('up')
  for (const args of [['create'], ['list']]) {
    const { stderr } = await runAsFirst(cli, ['session', ...args])
    expect(stderr).not.toMatch(/killed|forgotten/i)
  }
  running.child.kill('SIGKILL')
  await running.result
})

test('a folder whose path is too long for a socket still gets one', async () => {
  const api = await startSessions()
  const home = cliFor(api)
  const folder = join(home.folder, 'x'.repeat(120), 'y'.repeat(120))
  const env = { SKYVERN_CONFIG_DIR: folder }
  const create = api.routes[CREATE]
  api.routes[CREATE] = () => {
    const [lock = ''] = locksOf({ folder })
    const files = readdirSync(join(folder, 'locks', lock))
    expect(files.map((file) => file.replace(/.*\./, '')).sort()).toEqual(['json', 'sock'])
    return create ?? 'drop'
  }
  const results = await Promise.all([1, 2, 3].map(() => home.run(ENSURE, { env })))
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(api.sent(CREATE)).toHaveLength(1)
})

test('locks work on a file system without sockets', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const preload = join(cli.folder, 'no-sockets.cjs')
  writeFileSync(
    preload,
    `require('node:net').Server.prototype.listen = function () {
       process.nextTick(() => this.emit('error', Object.assign(new Error(), { code: 'ENOTSUP' })))
       return this
     }`,
  )
  const env = { NODE_OPTIONS: `--require "${preload}"` }
  const create = api.routes[CREATE]
  const running = cli.start(ENSURE, { env })
  api.routes[CREATE] = () => {
    running.child.kill('SIGKILL')
    return 'hang'
  }
  await running.result
  api.routes[CREATE] = create ?? 'drop'
  const results = await Promise.all([1, 2, 3].map(() => cli.run(ENSURE, { env })))
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(api.sent(CREATE)).toHaveLength(2)
})

test('an owner of another boot or machine may be alive: its process, its age and the file are named', async () => {
  const lock = temporaryLock()
  const owner = { ...thisProcess(), boot: 'another', pid: 41, host: 'build-7' }
  leaveBehind(lock, { ...owner, since: Date.now() - 3 * HOUR, listens: true })
  await expect(lockOrConflict(lock, 0)).rejects.toMatchObject({
    code: 'conflict',
    message: `The lock ${lock} is held by process 41 on build-7, since 3 h. It belongs to another machine, or to this one before a restart, and may have ended.`,
    details: { hint: expect.stringContaining(`\`rm -r '${lock}'\``) },
  })
  rmSync(lock, { recursive: true })
  ;(await lockOrConflict(lock, 0))()
})

test('an owner on this machine is named, and waited for', async () => {
  const lock = temporaryLock()
  const release = await lockOrConflict(lock, 0)
  await expect(lockOrConflict(lock, 0)).rejects.toMatchObject({
    code: 'conflict',
    message: `The lock ${lock} is held by process ${process.pid} on ${hostname()}, since 0 s.`,
  })
  const waiting = lockOrConflict(lock, 60)
  release()
  ;(await waiting)()
})

test('fifty processes never hold a left-over lock at the same time', async () => {
  const lock = temporaryLock()
  leaveBehind(lock, { ...thisProcess(), since: Date.now(), listens: true })
  let inside = 0
  let most = 0
  const one = async (): Promise<void> => {
    const release = await lockOrConflict(lock, 60)
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
    inside--
    release()
  }
  await Promise.all(Array.from({ length: 50 }, one))
  expect(most).toBe(1)
  expect(readdirSync(join(lock, '..'))).toEqual([])
})

test('a folder that is not a lock is named, and not changed', async () => {
  const lock = temporaryLock()
  mkdirSync(lock)
  writeFileSync(join(lock, 'notes.txt'), 'mine')
  await expect(lockOrConflict(lock, 0)).rejects.toMatchObject({
    message: expect.stringContaining(lock),
  })
  expect(readFileSync(join(lock, 'notes.txt'), 'utf8')).toBe('mine')
})

const locksOf = ({ folder }: Pick<Cli, 'folder'>): string[] => readdirSync(join(folder, 'locks'))

function temporaryLock(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'lock')
}

/** A lock whose owner listens no more. */
function leaveBehind(lock: string, owner: object): void {
  mkdirSync(lock)
  writeFileSync(join(lock, 'one.json'), JSON.stringify(owner))
  writeFileSync(join(lock, 'one.sock'), '')
}
