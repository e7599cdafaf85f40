/** The scripts of docs/recipes, as they stand, on the embedded backend and its real browser. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createCli, pathWithSkyvern, Running } from './support/cli.ts'
import type { Cli, Result } from './support/cli.ts'

const INVOICES = Array.from({ length: 23 }, (_, n) => `INV-${String(n + 1).padStart(4, '0')}`)

test('chain.sh', async () => {
  const cli = await machine()
  expect(await recipe(cli, 'chain.sh')).toMatchObject({ code: 0 })
  expect(read(cli, 'invoices.json')).toEqual(INVOICES)
  expect(await sessions(cli)).toEqual(['completed'])
})

test('chain.sh with a task that fails: its status, and the session is closed', async () => {
  const cli = await machine()
  const result = await recipe(cli, 'chain.sh', 'http://127.0.0.1:9')
  expect(result.code).toBe(3)
  expect(await sessions(cli)).toEqual(['completed'])
})

test('ci-job.sh', async () => {
  const cli = await machine()
  expect(await recipe(cli, 'ci-job.sh')).toMatchObject({ code: 0, stdout: '' })
  expect(read(cli, 'invoices.json')).toEqual(INVOICES)
  expect(await sessions(cli)).toEqual(['completed'])
})

test('ci-job.sh that is cancelled', async () => {
  const cli = await machine()
  const running = start(cli, 'ci-job.sh')
  await running.said('Run ')
  running.child.kill('SIGINT')
  await running.said('tsk_')
  running.child.kill('SIGTERM')
  expect(await running.result).toMatchObject({ code: null, signal: 'SIGINT' })
  expect(await sessions(cli)).toEqual(['completed'])
})

test('parallel.sh', async () => {
  const cli = await machine()
  expect(await recipe(cli, 'parallel.sh')).toMatchObject({ code: 0 })
  for (const user of ['anna', 'ben', 'carla']) {
    expect(read(cli, `invoices-${user}.json`)).toEqual(INVOICES)
  }
  expect(await sessions(cli)).toEqual(['completed', 'completed', 'completed'])
})

test('log-in-once.sh: day two extracts without logging in', async () => {
  const cli = await machine()
  const dayOne = await recipe(cli, 'log-in-once.sh', 'login')
  expect(dayOne.code).toBe(0)
  const dayTwo = await recipe(cli, 'log-in-once.sh', 'extract')
  expect(dayTwo.code).toBe(0)
  expect(dayTwo.stderr).toContain('created pbs_')
  expect(read(cli, 'invoices.json')).toEqual(INVOICES)
  // And again: a profile is replaced by the next login.
  expect((await recipe(cli, 'log-in-once.sh', 'login')).code).toBe(0)
  expect((await cli.run(['profile', 'list', '--json'])).json).toHaveLength(1)
  expect(await sessions(cli)).toEqual(['completed', 'completed', 'completed'])
})

test('log-in-once.sh says how it is called', async () => {
  const cli = createCli({ PATH: pathWithSkyvern() })
  const result = await recipe(cli, 'log-in-once.sh', 'nonsense', 'http://127.0.0.1:9')
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('log-in-once.sh extract [site]')
  expect((await recipe(cli, 'log-in-once.sh')).stderr).not.toContain('unbound')
})

/** A machine with `skyvern` on its PATH and a backend of its own. */
async function machine(): Promise<Cli> {
  const cli = createCli({ SKYVERN_LOCAL: '1', PATH: pathWithSkyvern() })
  onTestFinished(async () => void (await cli.run(['local', 'stop'])))
  return cli
}

function start(cli: Cli, name: string, ...args: string[]): Running {
  const file = fileURLToPath(new URL(`../docs/recipes/${name}`, import.meta.url))
  const child = spawn(file, args, { cwd: cli.folder, env: cli.environment() })
  child.stdin.end()
  return new Running(child)
}

const recipe = (cli: Cli, name: string, ...args: string[]): Promise<Result> =>
  start(cli, name, ...args).result

const read = (cli: Cli, file: string): unknown =>
  JSON.parse(readFileSync(join(cli.folder, file), 'utf8'))

/** What has become of every session. */
async function sessions(cli: Cli): Promise<string[]> {
  const { json } = await cli.run(['session', 'list', '--all', '--json'])
  return json.map(({ status }: { status: string }) => status)
}
