import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, endedSession, KEY, session, SESSION_ID, startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { CREATE_SESSION, GET_ORGANIZATION } from '../support/routes.ts'
import { openBefore } from '../support/scene.ts'

const ROUTES = {
  [CREATE_SESSION]: { json: session() },
  'GET /v1/browser_sessions': { json: [session()] },
  'GET /v1/browser_sessions/*': { json: endedSession() },
  'POST /v1/browser_sessions/*/close': { json: {} },
  [GET_ORGANIZATION]: { json: { organization_id: 'o_1', organization_name: 'Ada' } },
}

test('processes that create at the same time lose no entry of the ledger', async () => {
  let made = 0
  const api = await startApi({
    [CREATE_SESSION]: () => ({ json: session({ browser_session_id: `pbs_${++made}` }) }),
  })
  const cli = cliFor(api)
  const names = Array.from({ length: 6 }, (_, index) => `job-${index}`)
  const results = await Promise.all(
    names.map((name) => cli.run(['session', 'create', '--name', name])),
  )
  expect(results.map(({ code, stderr }) => `${code}${stderr.includes('warning')}`)).toEqual(
    names.map(() => '0false'),
  )
  const folder = join(cli.folder, 'ledger')
  const kept = readdirSync(folder).map((file) =>
    JSON.parse(readFileSync(join(folder, file), 'utf8')),
  )
  expect(kept.map((entry) => entry.session_id).sort()).toEqual(
    results.map(({ stdout }) => stdout.trim()).sort(),
  )
  expect(kept.map((entry) => entry.name).sort()).toEqual(names.sort())
  const current = await cli.run(['session', 'current'])
  expect(results.map(({ stdout }) => stdout)).toContain(current.stdout)
})

const fileOf = (name: string): string => `${name.replaceAll(' ', '-')}.json`

test('a ledger with damaged files still closes what is in the others', async () => {
  const damaged = {
    nothing: '',
    'a cut object': '{"session_id": "pbs_',
    'a list': '[1]',
    'a word': '"pbs_1"',
    null: 'null',
    bytes: '\0\u0001\u00ff',
    'an object of somebody else': '{"version": 3}',
    'an id that is none': '{"origin":"ORIGIN","scope":"","opened_at":1,"session_id":"$(reboot)"}',
    'a path for an id': '{"origin":"ORIGIN","scope":"","opened_at":1,"entry":"../../keys"}',
    'other types': '{"origin":"ORIGIN","scope":"","opened_at":"1","session_id":7}',
  }
  const api = await startApi(ROUTES)
  const cli = cliFor(api)
  await openBefore(cli, api, { name: 'mine' })
  writeFileSync(join(cli.folder, 'keys.json'), '{}')
  for (const [name, text] of Object.entries(damaged)) {
    writeFileSync(join(cli.folder, 'ledger', fileOf(name)), text.replace('ORIGIN', api.url))
  }
  for (const args of [['list'], ['create'], ['close', 'mine'], ['close', '--mine']]) {
    const { code, stderr } = await cli.run(['session', ...args])
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/reboot|Unexpected|undefined/)
  }
  expect(statSync(join(cli.folder, 'keys.json')).isFile()).toBe(true)
  // A create of long ago whose answer never came is settled; everything else is somebody else's, and kept.
  const left = Object.keys(damaged).filter((name) => name !== 'a path for an id')
  expect(readdirSync(join(cli.folder, 'ledger')).sort()).toEqual(left.map(fileOf).sort())
})

test('an entry of the ledger cannot point to another file', async () => {
  const api = await startApi(ROUTES)
  const cli = cliFor(api)
  mkdirSync(join(cli.folder, 'ledger'))
  writeFileSync(join(cli.folder, 'keys.json'), '{}')
  const entry = { origin: api.url, scope: '', opened_at: 1, session_id: SESSION_ID }
  const file = join(cli.folder, 'ledger', 'foreign.json')
  writeFileSync(file, JSON.stringify({ ...entry, entry: '../keys' }))
  expect((await cli.run(['session', 'close', SESSION_ID])).code).toBe(0)
  expect(readdirSync(join(cli.folder, 'ledger'))).toEqual([])
  expect(readFileSync(join(cli.folder, 'keys.json'), 'utf8')).toBe('{}')
})

test('a folder in place of a file does not fail a command that has cost money', async () => {
  const api = await startApi(ROUTES)
  const cli = cliFor(api)
  await openBefore(cli, api)
  const folder = join(cli.folder, 'current')
  const file = join(folder, readdirSync(folder)[0] ?? '')
  renameSync(file, `${file}.moved`)
  mkdirSync(file)
  mkdirSync(join(cli.folder, 'ledger', 'folder.json'))
  const created = await cli.run(['session', 'create'])
  expect(created).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(created.stderr).toContain('warning:')
  expect((await cli.run(['session', 'close', SESSION_ID])).code).toBe(0)
})

test('a file of keys that is a link stays one that works', async () => {
  const api = await startApi(ROUTES)
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const [file, real] = [join(cli.folder, 'keys.json'), join(cli.folder, 'dotfiles.json')]
  writeFileSync(real, '{"https://api.example.com":"another-key"}', { mode: 0o600 })
  symlinkSync(real, file)
  expect((await cli.run(['auth', 'login', '--with-token'], { input: KEY })).code).toBe(0)
  const keys = { 'https://api.example.com': 'another-key', [api.url]: KEY }
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(keys)
  expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual(keys)
  expect(lstatSync(file).isSymbolicLink()).toBe(true)
})

test('a damaged file of keys is kept when a key is stored, with a warning', async () => {
  const api = await startApi(ROUTES)
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  writeFileSync(join(cli.folder, 'keys.json'), '{"https://api.example.com":"anoth')
  const result = await cli.run(['auth', 'login', '--with-token'], { input: KEY })
  expect(result.code).toBe(0)
  const kept = readdirSync(cli.folder).find((name) => name.includes('damaged')) ?? ''
  expect(result.stderr).toContain(kept)
  expect(readFileSync(join(cli.folder, kept), 'utf8')).toContain('anoth')
})

test.each([undefined, '', '/', 'relative/home'])(
  'without a usable home (%j): an error, not a crash',
  async (home) => {
    const api = await startApi(ROUTES)
    const cli = createCli({
      HOME: home,
      SKYVERN_CONFIG_DIR: undefined,
      SKYVERN_BASE_URL: api.url,
      SKYVERN_API_KEY: KEY,
    })
    expect(await cli.run(['session', 'create'])).toMatchObject({
      code: 0,
      stdout: `${SESSION_ID}\n`,
      stderr: expect.stringContaining('warning:'),
    })
    if (home === undefined) {
      expect((await cli.run(['session', 'close', SESSION_ID])).code).toBe(0)
    }
    const login = await cli.run(['auth', 'login', '--with-token'], { input: KEY })
    expect(login).toMatchObject({ code: 2, stdout: '' })
    expect(login.stderr).toContain('home')
  },
)
