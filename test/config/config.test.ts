import { expect, test } from 'vitest'
import { session, SESSION_ID, startApi, KEY } from '../support/api.ts'
import { createCli } from '../support/cli.ts'

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
  await cli.run(['config', 'set', 'engine', 'skyvern-1.0'])
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
  await cli.run(['config', 'set', 'engine', 'skyvern-1.0'])
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

test.each([
  ['127.0.0.1:8000', 'http://127.0.0.1:8000'],
  ['localhost:8000/api/v1', 'http://localhost:8000/api/v1'],
  ['skyvern.example.com', 'https://skyvern.example.com'],
])('a base URL without its scheme is told with one: %s', async (given, meant) => {
  const result = await createCli().run(['session', 'list', '--base-url', given])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain(`did you mean ${meant}?`)
})
