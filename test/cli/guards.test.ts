/** What keeps the start fast, as facts that are the same on every machine: the times themselves are `npm run bench`. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cliFor, endedSession, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Routes } from '../support/api.ts'
import { ROOT } from '../support/project.ts'

const PROBE = fileURLToPath(new URL('../support/probe.cjs', import.meta.url))
const DIST = join(ROOT, 'dist')

interface Loaded {
  /** Modules of node that were not there before the program. */
  builtins: string[]
  /** Files of ours. */
  modules: string[]
  /** Those, and what was read beside. */
  files: string[]
}

const ROUTES: Routes = {
  'GET /v1/browser_sessions': { json: [session()] },
  'GET /v1/browser_sessions/*': { json: endedSession() },
  'POST /v1/browser_sessions': { json: session() },
  'POST /v1/browser_sessions/*/close': { json: {} },
  'GET /v1/runs/*': { json: run() },
  'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
}
const HOT = ['session', 'list', '--json']

async function load(args: string[]): Promise<Loaded> {
  const cli = cliFor(await startApi(ROUTES))
  const report = join(cli.folder, 'probe.json')
  const result = await cli.run(args, {
    env: { NODE_OPTIONS: `--require "${PROBE}"`, PROBE: report },
  })
  expect(result.code).toBe(0)
  return JSON.parse(readFileSync(report, 'utf8')) as Loaded
}

/** A string of each package that its chunk cannot lack. */
const TELLTALES = {
  chalk: 'supportsColor',
  'cli-table3': 'colAligns',
  conf: 'clearInvalidConfig',
  ora: 'discardStdin',
  ws: 'permessage-deflate',
}

test.each([[['--help']], [['session', '--help']], [HOT], [['task', 'get', RUN_ID]]])(
  '%j loads nothing that it does not need',
  async (args) => {
    const { builtins, modules, files } = await load(args)
    const heavy =
      /undici|child_process|crypto|worker|inspector|readline|webstreams|Module (zlib|tls|https)$/
    expect(builtins.filter((name) => heavy.test(name))).toEqual([])
    const loaded = modules.map((file) => readFileSync(file, 'utf8'))
    for (const [name, telltale] of Object.entries(TELLTALES)) {
      expect(loaded.some((text) => text.includes(telltale)) && name).toBe(false)
    }
    expect(modules.length).toBeLessThanOrEqual(7)
    expect(files.length).toBeLessThanOrEqual(12)
  },
)

test('the packages that draw and write are in the bundle, under the strings that the test above looks for', () => {
  const files = ['ws.cjs', ...readdirSync(join(DIST, 'chunks')).map((file) => join('chunks', file))]
  const chunks = files.map((file) => readFileSync(join(DIST, file), 'utf8')).join('')
  for (const telltale of Object.values(TELLTALES)) expect(chunks.includes(telltale)).toBe(true)
  // ajv, which conf would bring along.
  expect(chunks).not.toContain('strictTypes')
})

test('no socket and no stream is opened for help', async () => {
  const { builtins } = await load(['--help'])
  expect(builtins.filter((name) => /NativeModule (net|stream|http|tty)$/.test(name))).toEqual([])
})

test('no start loads the data with which texts are split into characters', async () => {
  const cli = cliFor(await startApi(ROUTES))
  const preload = join(cli.folder, 'no-segmenter.cjs')
  writeFileSync(preload, "Intl.Segmenter = class { constructor() { throw new Error('loaded') } }")
  const env = { NODE_OPTIONS: `--require "${preload}"` }
  for (const args of [['--help'], HOT])
    expect(await cli.run(args, { env })).toMatchObject({ code: 0, stderr: '' })
})

test('what every start reads is small', async () => {
  const { modules } = await load(HOT)
  const sizes = modules.map((file) => statSync(file).size)
  expect(statSync(join(DIST, 'main.cjs')).size).toBeLessThan(106_500)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(180_000)
})

test.each([
  [['session', 'list'], 1],
  [['session', 'get', SESSION_ID], 1],
  [['session', 'create'], 1],
  [['session', 'close', SESSION_ID], 2],
  [['task', 'get', RUN_ID], 1],
  [['task', 'run', 'Read the page', '--no-session'], 2],
])('%j sends %i requests', async (args, requests) => {
  const api = await startApi(ROUTES)
  expect((await cliFor(api).run(args)).code).toBe(0)
  expect(api.requests).toHaveLength(requests)
})

test('a wait asks over one connection', async () => {
  const api = await startApi({
    'GET /v1/runs/*': (_, before) => ({
      json: run({ status: before < 6 ? 'running' : 'completed' }),
    }),
  })
  expect((await cliFor(api).run(['task', 'wait', RUN_ID])).code).toBe(0)
  expect(api.requests).toHaveLength(7)
  expect(api.connections()).toBe(1)
})

test('the package is what runs and what explains it, depends on nothing, and is small', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files }] = JSON.parse(packed.toString()) as [{ files: { path: string; size: number }[] }]
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  expect(dependencies).toBeUndefined()
  const code = files.filter(({ path }) => !/^docs\/|\.md$/.test(path))
  expect(code.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(1_000_000)
  const beside = code.filter(({ path }) => !path.startsWith('dist/')).map(({ path }) => path)
  expect(beside.sort()).toEqual(['LICENSE', 'bin/skyvern.cjs', 'package.json'])
  const pages = files.map(({ path }) => path)
  expect(pages).toEqual(
    expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/demo.svg', 'dist/reader.js']),
  )
  expect(pages).not.toContain('docs/releasing.md')
})
