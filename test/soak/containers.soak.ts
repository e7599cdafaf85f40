/** Containers that share a folder: what they must not take from each other, over and over and with the real waits. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { thisProcess } from '../../src/system/identity.ts'
import { cliFor } from '../support/api.ts'
import { BINARY, createCli, Running } from '../support/cli.ts'
import { HAS_NAMESPACES, runAsFirst, startAsFirst, UNSHARE } from '../support/namespaces.ts'
import { CREATE, startSessions } from '../support/sessions.ts'

const ROUNDS = 8
const inContainer = test.runIf(HAS_NAMESPACES)
const ENSURE = ['session', 'ensure', '--name', 'shared']

inContainer(`${ROUNDS} rounds of six that want one name at once: a session a round`, async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const api = await startSessions()
    const cli = cliFor(api)
    const results = await Promise.all(Array.from({ length: 6 }, () => runAsFirst(cli, ENSURE)))
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1)
    expect(api.sent(CREATE)).toHaveLength(1)
  }
})

inContainer(`${ROUNDS} rounds in which one of the six is killed: the others agree`, async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const api = await startSessions()
    const cli = cliFor(api)
    const create = api.routes[CREATE]
    api.routes[CREATE] = async () => {
      await sleep(200)
      return create ?? 'drop'
    }
    const running = Array.from({ length: 6 }, () => startAsFirst(cli, ENSURE))
    await sleep(round * 100)
    running[round % 6]?.child.kill('SIGKILL')
    const results = await Promise.all(running.map(({ result }) => result))
    const done = results.filter(({ signal }) => signal === null)
    expect(done.map(({ code }) => code)).toEqual(done.map(() => 0))
    expect(new Set(done.map(({ stdout }) => stdout)).size).toBe(1)
    // That of the killed one, if it was there, and that of the others.
    expect(api.sessions.size).toBeLessThanOrEqual(2)
  }
})

test('an owner of another boot is waited for 10 s, and then named with exit 6', async () => {
  const cli = createCli()
  const lock = join(cli.folder, 'config.json.lock')
  mkdirSync(lock)
  const owner = { ...thisProcess(), boot: 'another', pid: 41, host: 'build-7' }
  writeFileSync(join(lock, 'one.json'), JSON.stringify({ ...owner, since: 0, listens: true }))
  writeFileSync(join(lock, 'one.sock'), '')
  const started = performance.now()
  const result = await cli.run(['config', 'set', 'engine', 'skyvern-2.0', '--json'])
  expect(Math.round((performance.now() - started) / 1000)).toBeGreaterThanOrEqual(10)
  expect(result).toMatchObject({ code: 6, stdout: '' })
  expect(result.error.message).toContain('process 41 on build-7')
  expect(result.error.message).toContain(lock)
})

inContainer(
  'a daemon of another container that cannot be reached is never taken over',
  async () => {
    const cli = createCli()
    const env = cli.environment({ SKYVERN_LOCAL: '1' })
    const create = `"${process.execPath}" "${BINARY}" session create`
    const script = `ip link set lo up; ${create} && echo up >&2; read end; "${process.execPath}" "${BINARY}" session list -q`
    const child = spawn('unshare', [...UNSHARE, '--net', 'sh', '-c', script], { env })
    onTestFinished(() => void child.kill('SIGKILL'))
    const container = new Running(child)
    await container.said('up')
    const id = container.stdout.trim()

    const refused = await cli.run(['session', 'create', '--local', '--json'])
    expect(refused).toMatchObject({ code: 6, stdout: '' })
    expect(refused.error.message).toContain('runs in another container')
    expect(readdirSync(join(cli.folder, 'local', 'browsers'))).toEqual([id])

    child.stdin.end('end\n')
    expect((await container.result).stdout).toBe(`${id}\n${id}\n`)
  },
)
