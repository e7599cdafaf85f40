import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { session, SESSION_ID, startApi, KEY } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { setBefore, storeOf } from '../support/scene.ts'
import { Settings } from '../../src/config/settings.ts'

test('a stored base URL is used, and beaten by the environment and the flag', async () => {
  const [stored, env, flag] = [await startApi(), await startApi(), await startApi()]
  for (const api of [stored, env, flag]) api.routes['GET /v1/browser_sessions'] = { json: [] }
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  expect((await cli.run(['config', 'set', 'base-url', `${stored.url}/api/v1/`])).code).toBe(0)
  await cli.run(['session', 'list'])
  await cli.run(['session', 'list'], { env: { SKYVERN_BASE_URL: env.url } })
  await cli.run(['session', 'list', '--base-url', flag.url], {
    env: { SKYVERN_BASE_URL: env.url },
  })
  expect([stored, env, flag].map((api) => api.requests.length)).toEqual([1, 1, 1])
})

test('list names every value with its source, and no key', async () => {
  const cli = createCli({ SKYVERN_API_KEY: KEY, SKYVERN_ENGINE: 'skyvern-1.0' })
  const result = await cli.run(['config', 'list', '--json'])
  expect(result.json).toContainEqual({
    name: 'engine',
    value: 'skyvern-1.0',
    source: 'SKYVERN_ENGINE',
  })
  expect(result.json).toContainEqual({
    name: 'base-url',
    value: 'https://api.skyvern.com',
    source: 'default',
  })
  expect(result.stdout).not.toContain(KEY)
})

test('get prints the bare value; unset brings the default back', async () => {
  const cli = createCli()
  await setBefore(cli, { engine: 'skyvern-1.0' })
  expect((await cli.run(['config', 'get', 'engine'])).stdout).toBe('skyvern-1.0\n')
  await cli.run(['config', 'unset', 'engine'])
  expect((await cli.run(['config', 'get', 'engine'])).stdout).toBe('')
})

test.each([
  [['config', 'set', 'engine', 'skyvern-9']],
  [['config', 'set', 'base-url', 'nonsense']],
  [['config', 'set', 'colour', 'red']],
  [['config', 'get', 'colour']],
])('%j is refused', async (args) => {
  expect((await createCli().run(args)).code).toBe(2)
})

test('the stored engine is the one that a task in a session gets', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions/*': { json: session() } })
  const cli = createCli({ SKYVERN_API_KEY: KEY, SKYVERN_BASE_URL: api.url })
  await setBefore(cli, { engine: 'skyvern-1.0' })
  const args = ['task', 'run', 'x', '--session', SESSION_ID, '--url', 'https://x.y', '--dry-run']
  const result = await cli.run(args)
  expect(result.json.body.engine).toBe('skyvern-1.0')
})

test('a base URL that cannot be used is shown with its source, and its error says where to look', async () => {
  const cli = createCli({ SKYVERN_BASE_URL: 'nope', SKYVERN_API_KEY: 'key' })
  const { code, error } = await cli.run(['session', 'list', '--json'])
  expect(code).toBe(2)
  expect(error.hint).toContain('skyvern config get base-url')
  const get = await cli.run(['config', 'get', 'base-url'])
  expect(get).toMatchObject({ code: 0, stdout: 'nope\n', stderr: 'from SKYVERN_BASE_URL\n' })
  const secret = { env: { SKYVERN_BASE_URL: 'https://me:hunter2@api.example.com' } }
  expect((await cli.run(['config', 'list'], secret)).stdout).toContain('https://••••@api.example')
})

test('a base URL without its scheme is refused with a suggestion', async () => {
  const result = await createCli().run(['session', 'list', '--base-url', '127.0.0.1:8000'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('did you mean http://127.0.0.1:8000?')
})

const LOCAL = ['--json', 'config', 'list']

async function localRow(cli: Cli, args: string[] = [], env = {}): Promise<[string, string]> {
  const { json } = await cli.run([...LOCAL, ...args], { env })
  const { value, source } = json.find(({ name }: { name: string }) => name === 'local')
  return [value, source]
}

const SERVER = 'https://skyvern.example.com'

test('a stored local acts as --local on each command, until it is changed', async () => {
  const cli = createCli()
  expect(await localRow(cli)).toEqual(['false', 'default'])
  expect(await cli.run(['config', 'set', 'local', 'true'])).toMatchObject({ code: 0 })
  expect(await localRow(cli)).toEqual(['true', 'config'])
  expect(await localRow(cli, ['--no-local'])).toEqual(['false', '--no-local'])
  expect(await cli.run(['config', 'get', 'local'])).toMatchObject({
    stdout: 'true\n',
    stderr: 'from config\n',
  })
  await cli.run(['config', 'unset', 'local'])
  expect(await localRow(cli)).toEqual(['false', 'default'])
})

const BOTH = { SKYVERN_BASE_URL: SERVER, SKYVERN_LOCAL: '1' }

test.each<[flags: object, env: Record<string, string>, local: boolean, source: string]>([
  [{}, {}, true, 'config'],
  [{ local: false }, {}, false, '--no-local'],
  [{ baseUrl: SERVER }, {}, false, '--base-url'],
  [{}, { SKYVERN_LOCAL: '0' }, false, 'SKYVERN_LOCAL'],
  [{}, { SKYVERN_LOCAL: 'false' }, false, 'SKYVERN_LOCAL'],
  [{}, { SKYVERN_LOCAL: 'no' }, false, 'SKYVERN_LOCAL'],
  [{}, { SKYVERN_LOCAL: 'OFF' }, false, 'SKYVERN_LOCAL'],
  [{}, { SKYVERN_BASE_URL: SERVER }, false, 'SKYVERN_BASE_URL'],
  [{}, BOTH, true, 'SKYVERN_LOCAL'],
  [{ local: false }, BOTH, false, '--no-local'],
  [{ local: true }, { SKYVERN_BASE_URL: SERVER }, true, '--local'],
])(
  'a stored local, with a stored server, %j and %j: what names a server overrides it',
  async (flags, env, value, source) => {
    const cli = createCli()
    await setBefore(cli, { local: 'true', 'base-url': SERVER })
    const settings = new Settings(flags, env, storeOf(cli))
    expect(settings.local()).toEqual({ value, source })
  },
)

test('a stored local may be false, and a boolean', async () => {
  const cli = createCli()
  for (const [text, value] of [
    ['{"local": "false"}', false],
    ['{"local": true}', true],
  ] as const) {
    writeFileSync(join(cli.folder, 'config.json'), text)
    expect(new Settings({}, {}, storeOf(cli)).local()).toEqual({ value, source: 'config' })
  }
})

test('a key on the command line that the embedded backend does not use causes a warning', async () => {
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  await setBefore(cli, { local: 'true' })
  const args = ['session', 'create', '--dry-run']
  expect((await cli.run(args)).stderr).not.toContain('warning')
  const told = await cli.run([...args, '--api-key', KEY])
  expect(told.stderr).toContain('--api-key is not used: the embedded backend (config)')
  expect(told.stderr).not.toContain(KEY)
  const login = await cli.run(['auth', 'login', '--with-token'], { input: KEY })
  expect(login.code).toBe(2)
  expect(login.stderr).toContain('skyvern auth login --no-local')
})

test('a local that is neither true nor false stops commands that need it, and doctor reports it', async () => {
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  expect((await cli.run(['config', 'set', 'local', 'yes'])).stderr).toContain('true, false')
  const file = join(cli.folder, 'config.json')
  writeFileSync(file, '{"local": "maybe"}')
  const { code, stderr } = await cli.run(['session', 'list'])
  expect(code).toBe(2)
  expect(stderr).toContain(`"local" in ${file} is neither true nor false.`)
  const doctor = await cli.run(['doctor'])
  expect(doctor.code).toBe(2)
  expect(doctor.stdout).toMatch(/^failed\tserver\t"local" in .*neither true nor false/m)
  expect(await cli.run(['config', 'set', 'local', 'true'])).toMatchObject({ code: 0 })
  expect((await cli.run(['doctor'])).stdout).toMatch(
    /^ok\tserver\tthe embedded backend \(config\)/m,
  )
})
