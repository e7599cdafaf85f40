import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createAgents } from '../../src/http/proxy-agents.ts'
import { KEY, naiveTime, session, SESSION_ID, startApi } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { startProxy } from '../support/proxy.ts'

const HOST = 'api.example.test'
const folder = mkdtempSync(join(tmpdir(), 'skyvern-proxy-'))
let authority = ''
let port = 0
let requests: string[] = []
/** What the server does with a create. */
let cuts = false

const server = createServer()
server.on('request', (request, response) => {
  requests.push(`${request.method} ${request.headers['x-api-key']}`)
  if (request.method === 'POST' && cuts) return request.socket.destroy()
  const found = session({ created_at: naiveTime() })
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify(request.method === 'POST' ? { ...found, browser_session_id: 'pbs_1' } : [found]),
  )
})

beforeAll(async () => {
  const certificates = makeCertificates(folder)
  authority = certificates.authority
  server.setSecureContext(certificates.good)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  requests = []
  cuts = false
})

const LIST = ['session', 'list', '--json']
/** Talks to a host that only the proxy can find. */
const cliThrough = (env: Record<string, string | undefined>): Cli =>
  createCli({
    SKYVERN_BASE_URL: `https://${HOST}:${port}`,
    SKYVERN_API_KEY: KEY,
    NODE_EXTRA_CA_CERTS: authority,
    ...env,
  })

test.each(['https_proxy', 'ALL_PROXY'])(
  '%s: a tunnel, in which the proxy sees neither the key nor the request',
  async (name) => {
    const proxy = await startProxy()
    const result = await cliThrough({ [name]: `http://${proxy.address}` }).run(LIST)
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.json[0].browser_session_id).toBe(SESSION_ID)
    expect(proxy.tunnels).toEqual([`${HOST}:${port}`])
    expect(requests).toEqual([`GET ${KEY}`])
    expect(proxy.bytes()).not.toContain(KEY)
    expect(proxy.bytes()).not.toContain('browser_sessions')
  },
)

test('an address without a scheme is an http:// proxy', async () => {
  const proxy = await startProxy()
  expect(await cliThrough({ HTTPS_PROXY: proxy.address }).run(LIST)).toMatchObject({ code: 0 })
  expect(proxy.tunnels).toEqual([`${HOST}:${port}`])
})

test('writes go through it too, and are sent once', async () => {
  const proxy = await startProxy()
  const cli = cliThrough({ HTTPS_PROXY: proxy.address.replace(/^/, 'http://') })
  expect(await cli.run(['session', 'create'])).toMatchObject({ code: 0, stdout: 'pbs_1\n' })
  cuts = true
  const lost = await cli.run(['session', 'create', '--json'])
  expect(lost).toMatchObject({ code: 75, stdout: '' })
  expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(2)
})

test('without the certificate of the authority the answer says what to set', async () => {
  const proxy = await startProxy()
  const cli = cliThrough({
    HTTPS_PROXY: `http://${proxy.address}`,
    NODE_EXTRA_CA_CERTS: undefined,
  })
  const result = await cli.run(LIST)
  expect(result).toMatchObject({ code: 7, stdout: '' })
  expect(result.error.message).toContain('not trusted')
  expect(result.error.hint).toContain('NODE_EXTRA_CA_CERTS')
  expect(requests).toEqual([])
})

test('NO_PROXY: not through the proxy to a host that it names, and through it to others', async () => {
  const proxy = await startProxy()
  const env = { HTTPS_PROXY: `http://${proxy.address}` }
  const excepted = cliThrough({ ...env, NO_PROXY: 'other.test, example.test' })
  const result = await excepted.run([...LIST, '--max-retries', '0'])
  expect(result.code).toBe(7)
  expect(result.error.message).toContain('was not found')
  expect(proxy.tunnels).toEqual([])
  expect((await cliThrough({ ...env, NO_PROXY: 'ample.test' }).run(LIST)).code).toBe(0)
  expect(proxy.tunnels).toEqual([`${HOST}:${port}`])
})

/** Whether requests to this address go through a proxy. */
function goesThrough(url: string, exceptions: string): boolean {
  vi.stubEnv('NO_PROXY', exceptions)
  vi.stubEnv('no_proxy', undefined)
  vi.stubEnv('HTTPS_PROXY', 'http://proxy.test:3128')
  onTestFinished(() => void vi.unstubAllEnvs())
  return createAgents({ HTTPS_PROXY: 'http://proxy.test:3128' })(new URL(url)) !== false
}

test.each([
  HOST,
  'example.test',
  'Example.Test other.test',
  '.example.test',
  '*.example.test',
  '*',
  'other.test, api.example.test',
])('NO_PROXY=%s: not through the proxy', (hosts) => {
  expect(goesThrough(`https://${HOST}`, hosts)).toBe(false)
})

test.each(['', 'ample.test', 'other.test', `${HOST}:1`, 'v1.api.example.test', '10.0.0.0/8'])(
  'NO_PROXY=%s names another host',
  (hosts) => {
    expect(goesThrough(`https://${HOST}`, hosts)).toBe(true)
  },
)

test.each([
  // Not by the name of this machine, which is never asked through a proxy, and still this machine.
  ['https://0.0.0.0:1', '0.0.0.0/8', false],
  ['https://0.0.0.0:1', '192.168.0.0/16,0.0.0.0/24', false],
  ['https://0.0.0.0:1', '10.0.0.0/8', true],
  ['https://[::]:1', '::/8', false],
  ['https://0.0.0.0:1', 'fd00::/8,0.0.0.0/99', true],
])('%s with NO_PROXY=%s', (url, ranges, through) => {
  expect(goesThrough(url, ranges)).toBe(through)
})

test.each(['socks5://user:s3cret@127.0.0.1:1', 'http://', 'http://user:s3cret@:1'])(
  'HTTPS_PROXY=%s is refused, and not repeated',
  (value) => {
    const agentFor = createAgents({ HTTPS_PROXY: value })
    vi.stubEnv('HTTPS_PROXY', value)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => agentFor(new URL(`https://${HOST}`))).toThrow(/^[^@]*HTTPS_PROXY[^@]*$/)
  },
)

test('a SOCKS proxy is refused, with the variable that names it', async () => {
  const env = { HTTPS_PROXY: undefined, ALL_PROXY: 'socks5://user:s3cret@127.0.0.1:1' }
  const result = await cliThrough(env).run(LIST)
  expect(result.code).toBe(2)
  expect(result.error.message).toBe('SOCKS proxies are not supported, and ALL_PROXY names one.')
  expect(result.error.hint).toContain('ALL_PROXY')
})

test('only a proxy that requires a password gets it', async () => {
  const proxy = await startProxy({ credentials: 'ada:s3cret pass' })
  const given = `http://ada:s3cret%20pass@${proxy.address}`
  const cli = cliThrough({ HTTPS_PROXY: given, DEBUG: '*' })
  const result = await cli.run([...LIST, '--debug'])
  expect(result.code).toBe(0)
  expect(result.stderr).not.toMatch(/s3cret|ada/)
})

test('a proxy that requires a password and gets none: exit 7, once, naming what to set', async () => {
  const proxy = await startProxy({ credentials: 'ada:s3cret' })
  for (const user of ['', 'ada:wrong@']) {
    const cli = cliThrough({ HTTPS_PROXY: `http://${user}${proxy.address}` })
    const result = await cli.run(['session', 'create', '--json'])
    expect(result).toMatchObject({ code: 7, stdout: '' })
    expect(result.error).toMatchObject({ code: 'network', retryable: false })
    expect(result.error.message).toContain('(407)')
    expect(result.error.hint).toContain('HTTPS_PROXY')
    expect(result.stderr).not.toContain('wrong')
  }
  expect(proxy.tunnels).toHaveLength(2)
  expect(requests).toEqual([])
})

test.each([403, 502])('a proxy that refuses with %i: nothing was sent', async (refuses) => {
  const proxy = await startProxy({ refuses })
  const cli = cliThrough({ HTTPS_PROXY: `http://${proxy.address}` })
  const result = await cli.run(['session', 'create', '--json', '--max-retries', '1'])
  expect(result).toMatchObject({ code: 7, stdout: '' })
  expect(result.error.message).toContain('The proxy refuses')
  expect(proxy.tunnels).toHaveLength(2)
})

test('an unreachable proxy is not reported as an unreachable server', async () => {
  const cli = cliThrough({ HTTPS_PROXY: 'http://127.0.0.1:1' })
  const result = await cli.run([...LIST, '--max-retries', '0'])
  expect(result.code).toBe(7)
  expect(result.error.message).toContain('The proxy')
})

test.each(['http://user:s3cret@:1'])(
  'HTTPS_PROXY=%s is a usage error that does not repeat it',
  async (value) => {
    const result = await cliThrough({ HTTPS_PROXY: value }).run(LIST)
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('HTTPS_PROXY')
    expect(result.stderr).not.toContain('s3cret')
  },
)

test('HTTP_PROXY is for http:// addresses, through a tunnel as well', async () => {
  const [proxy, api] = [
    await startProxy(),
    await startApi({ 'GET /v1/browser_sessions': { json: [] } }),
  ]
  const cli = cliThrough({ HTTP_PROXY: `http://${proxy.address}` })
  const url = api.url.replace('127.0.0.1', HOST)
  const result = await cli.run([...LIST, '--base-url', url, '--insecure-http'])
  expect(result).toMatchObject({ code: 0, stdout: '[]\n' })
  expect(proxy.plain).toEqual([])
  expect(proxy.bytes()).toContain(`CONNECT ${HOST}`)
  expect((await cli.run([...LIST, '--max-retries', '0'])).code).toBe(7)
})

test('requests to this machine never use a proxy', async () => {
  const [proxy, api] = [
    await startProxy(),
    await startApi({
      'GET /v1/browser_sessions': { json: [] },
      'POST /v1/browser_sessions': { json: session() },
    }),
  ]
  const url = `http://${proxy.address}`
  const env = { HTTPS_PROXY: url, HTTP_PROXY: url, ALL_PROXY: url, NODE_USE_ENV_PROXY: '1' }
  const cli = createCli({ SKYVERN_API_KEY: KEY, ...env })
  const localhost = api.url.replace('127.0.0.1', 'localhost')
  expect((await cli.run([...LIST, '--base-url', api.url])).code).toBe(0)
  expect((await cli.run(['session', 'create', '--base-url', localhost])).code).toBe(0)
  const local = createCli({ SKYVERN_LOCAL: '1', ...env })
  try {
    expect((await local.run(LIST)).stdout).toBe('[]\n')
  } finally {
    await local.run(['local', 'stop'])
  }
  expect(proxy.tunnels).toEqual([])
  expect(proxy.plain).toEqual([])
})
