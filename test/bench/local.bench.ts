/** The embedded backend: the demo's story, step by step, against a bare Playwright script that does the same. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, test } from 'vitest'
import { BINARY } from '../support/cli.ts'
import { median, RUNS } from './meter.ts'
import { Table } from './table.ts'

const SCRIPT = `const { chromium } = require(${JSON.stringify(createRequire(import.meta.url).resolve('playwright-core'))})
const [executablePath, site] = process.argv.slice(2)
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
chromium.launch({ executablePath, args }).then(async (browser) => {
  const page = await browser.newPage()
  await page.goto(site + '/login')
  await page.getByLabel('User name').fill('demo@example.com')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('link', { name: 'Invoices', exact: true }).first().click()
  const numbers = []
  for (;;) {
    await page.getByRole('table').waitFor()
    numbers.push(...(await page.getByText(/^INV-/).allTextContents()))
    const next = page.getByRole('link', { name: 'Next' })
    if ((await next.count()) === 0) break
    await next.click()
    await page.waitForLoadState()
  }
  console.log(JSON.stringify(numbers))
  await browser.close()
})
`
const folder = mkdtempSync(join(tmpdir(), 'skyvern-bench-'))
const script = join(folder, 'story.cjs')
const table = new Table('the embedded backend, by the clock')
const run = promisify(execFile)

afterAll(async () => {
  await skyvern('local', 'stop')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  table.print()
})

async function skyvern(...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], SKYVERN_CONFIG_DIR: folder, SKYVERN_LOCAL: '1' }
  const { stdout } = await run(process.execPath, [BINARY, ...args], { env })
  return stdout.trim()
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** Memory of everything that the process started, in MiB, shared pages shared out; only Linux tells. */
function memoryBelow(root: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parents = new Map(processes.map((pid) => [Number(pid), parentOf(pid)]))
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && (parent === root || isBelow(parent))
  }
  return [...parents.keys()].filter(isBelow).reduce((sum, pid) => sum + memoryOf(pid), 0)
}

const parentOf = (pid: string): number | undefined => {
  const [, parent] = /\) \S (\d+)/.exec(textOf(`/proc/${pid}/stat`)) ?? []
  return parent === undefined ? undefined : Number(parent)
}

const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

test('the story', async () => {
  table.add('local start', await seconds(() => skyvern('local', 'start')), { unit: ' s' })
  const status = JSON.parse(await skyvern('local', 'status', '--json'))
  const site: string = status.demo_url
  writeFileSync(script, SCRIPT)
  const steps: Record<string, string[]> = {
    'session create --wait': ['session', 'create', '--wait'],
    'task run "Log in …"': [
      'task',
      'run',
      'Log in with username demo@example.com',
      `--url=${site}/login`,
    ],
    'task run "… extract all invoice numbers"': [
      'task',
      'run',
      'Go to the invoices page and extract all invoice numbers',
    ],
    'session close': ['session', 'close'],
  }
  const times: Record<string, number[]> = {}
  const note = (name: string, value: number): unknown => (times[name] ??= []).push(value)
  for (let round = 0; round < Math.ceil(RUNS / 4); round++) {
    let whole = 0
    for (const [name, args] of Object.entries(steps)) {
      const took = await seconds(() => skyvern(...args))
      note(name, took)
      whole += took
    }
    const bare = await seconds(() => run(process.execPath, [script, status.browser, site]))
    note('a bare Playwright script', bare)
    note('all four commands', whole)
    note('four commands / the script', whole / bare)
  }
  for (const [name, values] of Object.entries(times)) {
    table.add(name, median(values), { unit: name.includes(' / ') ? '' : ' s' })
  }
})

test('many sessions', async () => {
  if (process.platform !== 'linux') return
  const ids: string[] = []
  const daemon: number = JSON.parse(await skyvern('local', 'status', '--json')).pid
  const full = await (async () => {
    for (;;) ids.push(await skyvern('session', 'create', '--wait'))
  })().catch((error: Error) => error)
  table.add('sessions at a time', ids.length, {
    digits: 0,
    detail: /\d+ browsers at most/.exec(full.message)?.[0] ?? '',
  })
  table.add('memory of a session', memoryBelow(daemon) / ids.length, {
    unit: ' MiB',
    digits: 0,
  })
  await skyvern('session', 'close', ...ids)
})
