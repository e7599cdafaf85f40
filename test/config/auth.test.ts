import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { GET_ORGANIZATION } from '../support/routes.ts'
import { logInBefore } from '../support/scene.ts'

const ORGANIZATION = { json: { organization_id: 'o_1', organization_name: 'Ada Ltd' } }
const STORED = 'stored-key-0123456789abcdef'

test('login proves the key, stores it for that origin, and status says where it comes from', async () => {
  const api = await startApi({ [GET_ORGANIZATION]: ORGANIZATION })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const login = await cli.run(['auth', 'login', '--with-token'], { input: ` "${STORED}"\n` })
  expect(login).toMatchObject({ code: 0, stdout: '' })
  expect(api.requests[0]?.headers['x-api-key']).toBe(STORED)
  const file = join(cli.folder, 'keys.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ [api.url]: STORED })
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const status = await cli.run(['auth', 'status'])
  expect(status.stdout).toContain('Ada Ltd')
  expect(status.stdout).toContain(file)
  expect(status.stdout + status.stderr + login.stderr).not.toContain(STORED)
})

test('a stored key never goes to another origin', async () => {
  const [first, second] = [await startApi({ [GET_ORGANIZATION]: ORGANIZATION }), await startApi()]
  const cli = createCli({ SKYVERN_BASE_URL: first.url })
  await logInBefore(cli, first.url, STORED)
  const other = await cli.run(['session', 'list'], { env: { SKYVERN_BASE_URL: second.url } })
  expect(other.code).toBe(4)
  expect(second.requests).toHaveLength(0)
})

test('what a killed login left behind is swept by the next', async () => {
  const api = await startApi({ [GET_ORGANIZATION]: ORGANIZATION })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  writeFileSync(join(cli.folder, 'keys.json.before-1'), `{"${api.url}":"an-older-key"}`)
  writeFileSync(join(cli.folder, 'keys.json.tmp-1'), '{')
  await cli.run(['auth', 'login', '--with-token'], { input: STORED })
  const files = readdirSync(cli.folder).filter((name) => name.startsWith('keys.json'))
  expect(files.filter((name) => !name.endsWith('.lock'))).toEqual(['keys.json'])
})

test('a key that the server refuses is not stored', async () => {
  const api = await startApi({
    [GET_ORGANIZATION]: { status: 403, json: { detail: 'Invalid credentials' } },
  })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const login = await cli.run(['auth', 'login', '--with-token'], { input: STORED })
  expect(login.code).toBe(4)
  expect(login.stderr).toContain('Nothing was stored.')
  expect((await cli.run(['session', 'list'])).stderr).toContain('No API key')
})

test('logout forgets the key of this origin alone', async () => {
  const [first, second] = [
    await startApi({ [GET_ORGANIZATION]: ORGANIZATION }),
    await startApi({ [GET_ORGANIZATION]: ORGANIZATION }),
  ]
  const cli = createCli()
  for (const { url } of [first, second]) {
    await logInBefore(cli, url, STORED)
  }
  expect((await cli.run(['auth', 'logout', '--base-url', first.url])).code).toBe(0)
  expect((await cli.run(['auth', 'status', '--base-url', first.url])).code).toBe(4)
  expect((await cli.run(['auth', 'status', '--base-url', second.url])).code).toBe(0)
})

test('the environment overrides the stored key; --api-key-file overrides both', async () => {
  const api = await startApi({ [GET_ORGANIZATION]: ORGANIZATION })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  await logInBefore(cli, api.url, STORED)
  const env = { SKYVERN_API_KEY: 'env-key-0123456789abcdef' }
  await cli.run(['auth', 'status'], { env })
  expect(api.requests.at(-1)?.headers['x-api-key']).toBe(env.SKYVERN_API_KEY)
  const args = ['auth', 'status', '--api-key-file', '-']
  await cli.run(args, { env, input: 'file-key-0123456789abcdef\n' })
  expect(api.requests.at(-1)?.headers['x-api-key']).toBe('file-key-0123456789abcdef')
})

test('login stores the key of --api-key-file, and takes one key alone', async () => {
  const api = await startApi({ [GET_ORGANIZATION]: ORGANIZATION })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const login = ['auth', 'login', '--api-key-file', '-']
  const twice = await cli.run([...login, '--with-token'], { input: STORED })
  expect(twice).toMatchObject({ code: 2, stdout: '' })
  expect(twice.stderr).toContain('--with-token, --web')
  expect((await cli.run(['auth', 'login', '--with-token', '--web'], { input: STORED })).code).toBe(
    2,
  )
  expect(api.requests).toHaveLength(0)
  expect(await cli.run(login, { input: STORED })).toMatchObject({ code: 0, stdout: '' })
  expect((await cli.run(['auth', 'status'])).stdout).toContain('keys.json')
})

test('login without a terminal asks for --with-token', async () => {
  const result = await createCli().run(['auth', 'login'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('--with-token')
})

test('--web takes the key that the page posts, and only with the state of this login', async () => {
  const api = await startApi({ [GET_ORGANIZATION]: ORGANIZATION })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const running = cli.start(['auth', 'login', '--web', '--login-page', `${api.url}/cli-auth`])
  await running.said('state=')
  const [, page = ''] = /(http\S+state=\S+)/.exec(running.stderr) ?? []
  const { port, state } = Object.fromEntries(new URL(page).searchParams)
  const post = async (fields: Record<string, string>, path = '/callback'): Promise<number> => {
    const body = new URLSearchParams(fields)
    return (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })).status
  }
  // One that stops in the middle ends nothing.
  const half = connect(Number(port), '127.0.0.1')
  half.write('POST /callback HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nstate=')
  await new Promise((resolve) => half.once('connect', resolve))
  half.resetAndDestroy()
  expect(await post({ state: 'wrong', api_key: STORED })).toBe(403)
  expect(await post({ state: state ?? '', api_key: STORED }, '/other')).toBe(404)
  expect(await post({ state: state ?? '' })).toBe(400)
  expect(await post({ state: state ?? '', api_key: STORED })).toBe(200)
  expect((await running.result).code).toBe(0)
  expect(api.requests[0]?.headers['x-api-key']).toBe(STORED)
})

test('--web where there is no login page says what to do instead', async () => {
  const result = await createCli({ SKYVERN_BASE_URL: 'http://127.0.0.1:1' }).run([
    'auth',
    'login',
    '--web',
  ])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('--with-token')
})
