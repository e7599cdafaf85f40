/** The scripts of docs/recipes, as they stand, on the embedded backend and its real browser. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { invoiceNumbers, password, startSite } from '../contract/site.ts'
import { findBackend } from '../../src/local/door.ts'
import { callerOf } from '../local/support.ts'
import { BINARY, Cli, Running } from '../support/cli.ts'
import type { Result } from '../support/cli.ts'

const INVOICES = Array.from({ length: 23 }, (_, n) => `INV-${String(n + 1).padStart(4, '0')}`)

/** One machine for all, with `skyvern` on its PATH and a backend of its own. */
let machine: Cli

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-recipes-'))
  const script = `#!/bin/sh\nexec "${process.execPath}" "${BINARY}" "$@"\n`
  writeFileSync(join(folder, 'skyvern'), script, { mode: 0o755 })
  machine = new Cli(folder, { SKYVERN_LOCAL: '1', PATH: `${folder}:${process.env['PATH']}` })
})

afterAll(async () => {
  await machine.run(['local', 'stop'])
  rmSync(machine.folder, { recursive: true, force: true })
})

test('chain.sh', async () => {
  const folder = temporaryFolder()
  const result = await recipe(folder, 'chain.sh')
  expect(result).toMatchObject({ code: 0 })
  expect(read(folder, 'invoices.json')).toEqual(INVOICES)
  expect(await ends(result)).toEqual(['completed'])
})

test('chain.sh with a task that fails: its status, and the session is closed', async () => {
  const folder = temporaryFolder()
  const result = await recipe(folder, 'chain.sh', 'http://127.0.0.1:9')
  expect(result.code).toBe(3)
  expect(await ends(result)).toEqual(['completed'])
})

test('ci-job.sh', async () => {
  const folder = temporaryFolder()
  const result = await recipe(folder, 'ci-job.sh')
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(read(folder, 'invoices.json')).toEqual(INVOICES)
  expect(await ends(result)).toEqual(['completed'])
})

test('ci-job.sh that is cancelled', async () => {
  const folder = temporaryFolder()
  const running = start(folder, 'ci-job.sh')
  await running.said('Run ')
  running.child.kill('SIGINT')
  running.child.kill('SIGTERM')
  const result = await running.result
  // Sent at once, either may be the first to arrive.
  expect(result.signal).toMatch(/^SIG(INT|TERM)$/)
  expect(await ends(result)).toEqual(['completed'])
})

test('parallel.sh', async () => {
  const folder = temporaryFolder()
  const result = await recipe(folder, 'parallel.sh')
  expect(result).toMatchObject({ code: 0 })
  for (const user of ['anna', 'ben', 'carla']) {
    expect(read(folder, `invoices-${user}.json`)).toEqual(INVOICES)
  }
  expect(await ends(result)).toEqual(['completed', 'completed', 'completed'])
})

test('log-in-once.sh: day two extracts without logging in', async () => {
  const folder = temporaryFolder()
  const dayOne = await recipe(folder, 'log-in-once.sh', 'login')
  expect(dayOne.code).toBe(0)
  const dayTwo = await recipe(folder, 'log-in-once.sh', 'extract')
  expect(dayTwo.code).toBe(0)
  expect(dayTwo.stderr).toContain('created pbs_')
  expect(read(folder, 'invoices.json')).toEqual(INVOICES)
  for (const result of [dayOne, dayTwo]) expect(await ends(result)).toEqual(['completed'])
})

test('log-in-once.sh says how it is called', async () => {
  const folder = temporaryFolder()
  const result = await recipe(folder, 'log-in-once.sh', 'nonsense', 'http://127.0.0.1:9')
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('log-in-once.sh extract [site]')
  expect((await recipe(folder, 'log-in-once.sh')).stderr).not.toContain('unbound')
})

test('logged-in.sh: logs in when the profile is not enough, and goes on with it when it is', async () => {
  const folder = temporaryFolder()
  const site = await startSite()
  onTestFinished(site.stop)
  await machine.run(['profile', 'create', 'shop'])
  const credential = ['credential', 'create', '--name', 'shop', '--username', 'demo@example.com']
  expect((await machine.run(credential, { input: password })).code).toBe(0)

  const first = await recipe(folder, 'logged-in.sh', site.url, `${site.url}/members`)
  expect(first).toMatchObject({ code: 0 })
  expect(first.stderr).toContain('Logging in at')
  expect(read(folder, 'invoices.json')).toEqual(invoiceNumbers)
  const second = await recipe(folder, 'logged-in.sh', site.url, `${site.url}/members`)
  expect(second).toMatchObject({ code: 0 })
  expect(second.stderr).not.toContain('Logging in at')
  expect(read(folder, 'invoices.json')).toEqual(invoiceNumbers)
})

test('the guide of ten minutes: every command, as the page has it', async () => {
  const folder = temporaryFolder()
  // A profile of that name is replaced by the login, whichever it is.
  await machine.run(['profile', 'create', 'ledgerline'])
  const page = readFileSync(new URL('../../docs/log-in-once.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, text = '']) => text)
  const [, inCi = ''] = /^ +- run: exec (skyvern session exec .*)$/m.exec(page) ?? []
  expect(blocks).toHaveLength(3)
  const after = 'export SITE="$site"\nrm invoices.json\n'
  const script = `set -e\n${blocks.join('')}cp invoices.json by-hand.json\n${after}${inCi}\n`
  const child = spawn('sh', ['-c', script], { cwd: folder, env: machine.environment() })
  child.stdin.end()
  const result = await new Running(child).result
  expect(result, result.stderr).toMatchObject({ code: 0 })
  expect(read(folder, 'by-hand.json')).toEqual(INVOICES)
  const profiles = (await machine.run(['profile', 'list', '--json'])).json as { name: string }[]
  expect(profiles.filter(({ name }) => name === 'ledgerline')).toHaveLength(1)
  expect(read(folder, 'invoices.json')).toEqual(INVOICES)
  expect(await ends(result)).toEqual(['completed', 'completed', 'completed'])
})

function start(folder: string, name: string, ...args: string[]): Running {
  const file = fileURLToPath(new URL(`../../docs/recipes/${name}`, import.meta.url))
  const child = spawn(file, args, { cwd: folder, env: machine.environment() })
  child.stdin.end()
  return new Running(child)
}

const recipe = (folder: string, name: string, ...args: string[]): Promise<Result> =>
  start(folder, name, ...args).result

const read = (folder: string, file: string): unknown =>
  JSON.parse(readFileSync(join(folder, file), 'utf8'))

/** What has become of every session that a recipe named. */
async function ends({ stderr }: Result): Promise<string[]> {
  const ids = new Set(stderr.match(/pbs_\d+/g))
  const backend = await findBackend(join(machine.folder, 'local'))
  if (backend === undefined) throw new Error('The backend has ended.')
  const call = callerOf(backend)
  const sessions = [...ids].map((id) => call('GET', `/v1/browser_sessions/${id}`))
  return (await Promise.all(sessions)).map(({ body }) => String(body['status']))
}

/** Where a recipe leaves its files. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-recipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
