/** `session screenshot`, `text` and `cookies`: over the CDP address that a server gives, wherever it leads. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { serve, shareLocal } from '../local/support.ts'
import { cliFor, endedSession, KEY, session, SESSION_ID, startApi } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { startProxy } from '../support/proxy.ts'
import { GET_SESSION } from '../support/routes.ts'

const HOST = 'api.example.test'
const TOKEN = 'token-of-the-browser'
const folder = mkdtempSync(join(tmpdir(), 'skyvern-look-'))
const local = shareLocal()
let authority = ''
let port = 0
/** The browser behind the cloud's address: one of the embedded backend. */
let behind = ''
let attached: IncomingMessage[] = []

/** A cloud: the API and, behind the same host, a relay to a real browser. */
const cloud = createServer((_, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(session({ browser_address: addressAt(HOST) })))
})
const relay = new WebSocketServer({ noServer: true })
cloud.on('upgrade', (request, stream, head) => {
  relay.handleUpgrade(request, stream, head, (socket) => {
    attached.push(request)
    const browser = new WebSocket(behind)
    const early: string[] = []
    socket.on('message', (data) => {
      if (browser.readyState === browser.OPEN) browser.send(String(data))
      else early.push(String(data))
    })
    browser.on('open', () => early.forEach((text) => browser.send(text)))
    browser.on('message', (data) => socket.send(String(data)))
    socket.on('close', () => browser.close())
  })
})
const addressAt = (host: string): string => `wss://${host}:${port}/${SESSION_ID}?token=${TOKEN}`

beforeAll(async () => {
  const certificates = makeCertificates(folder)
  authority = certificates.authority
  cloud.setSecureContext(certificates.good)
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve))
  port = (cloud.address() as AddressInfo).port
})
afterAll(() => {
  cloud.closeAllConnections()
  cloud.close()
  rmSync(folder, { recursive: true, force: true })
})

const openBrowser = async (url?: string): Promise<void> =>
  behindSession(await local().session({ url }))

async function behindSession(id: string): Promise<void> {
  const { body } = await local().call('GET', `/v1/browser_sessions/${id}`)
  behind = String(body['browser_address'])
  attached = []
}

const page = (): Promise<string> =>
  serve((request, response) => {
    if (request.url === '/frame') return void response.end('<p>In the frame</p>')
    response.setHeader('content-type', 'text/html')
    response.setHeader('set-cookie', 'seen=yes; Path=/; HttpOnly')
    response.end(
      '<title>Look</title><h1>Hello</h1><p hidden>Hidden</p><iframe src="/frame"></iframe><div style="height:3000px">',
    )
  })

async function throughProxy(): Promise<{ cli: Cli; tunnels: string[]; bytes: () => string }> {
  const proxy = await startProxy()
  const cli = createCli({
    SKYVERN_BASE_URL: `https://${HOST}:${port}`,
    SKYVERN_API_KEY: KEY,
    NODE_EXTRA_CA_CERTS: authority,
    HTTPS_PROXY: `http://${proxy.address}`,
  })
  return { cli, ...proxy }
}

test('the page of a cloud session by wss, token and key, through a company proxy', async () => {
  await openBrowser(await page())
  const { cli, tunnels, bytes } = await throughProxy()
  const text = await cli.run(['session', 'text', SESSION_ID])
  expect(text, text.stderr).toMatchObject({ code: 0, stderr: '' })
  expect(text.stdout).toMatch(/^Hello\n+In the frame\n$/)
  expect(tunnels).toEqual([`${HOST}:${port}`, `${HOST}:${port}`])
  expect(attached[0]?.headers).toMatchObject({ 'x-api-key': KEY, 'x-session-id': SESSION_ID })
  expect(attached[0]?.url).toContain(TOKEN)
  expect(bytes()).not.toMatch(new RegExp(`${KEY}|${TOKEN}`))
  const debugged = await cli.run(['session', 'text', SESSION_ID, '--debug'])
  expect(debugged.stderr).not.toMatch(new RegExp(`${KEY}|${TOKEN}`))
})

test('a picture goes to a pipe, or to a file of the kind that its name says', async () => {
  const url = await page()
  await openBrowser(url)
  const { cli } = await throughProxy()
  const file = (name: string): string => join(cli.folder, name)
  const shoot = (...args: string[]): ReturnType<Cli['run']> =>
    cli.run(['session', 'screenshot', SESSION_ID, ...args], { cwd: cli.folder })
  const piped = await shoot()
  expect(piped.code).toBe(0)
  expect(piped.stdout).toContain('PNG')
  expect(await shoot('-o', file('page.jpg'))).toMatchObject({ stdout: `${file('page.jpg')}\n` })
  expect(readFileSync(file('page.jpg')).subarray(0, 2).toString('hex')).toBe('ffd8')
  await shoot('-o', file('window.png'))
  await shoot('-o', file('whole.png'), '--full-page')
  const heightOf = (name: string): number => readFileSync(file(name)).readUInt32BE(20)
  expect(heightOf('whole.png')).toBeGreaterThan(Math.max(3000, heightOf('window.png')))
  const told = await shoot('--json')
  expect(told.json).toMatchObject({ path: `${SESSION_ID}.png`, url: `${url}/` })
  expect((await shoot('--json')).json).toMatchObject({ path: `${SESSION_ID} (2).png` })
  expect(existsSync(file(`${SESSION_ID}.png`))).toBe(true)
  expect(await shoot('-o', 'page.gif')).toMatchObject({ code: 2 })
  expect(await shoot('-o', file('no/such/folder.png'))).toMatchObject({ code: 2 })
})

test('cookies are copied between sessions as a storage state; what is not copied is named', async () => {
  const url = await page()
  await openBrowser(url)
  const { cli } = await throughProxy()
  const got = await cli.run(['session', 'cookies', 'get', SESSION_ID])
  const state = JSON.parse(got.stdout) as { cookies: object[] }
  const seen = { name: 'seen', value: 'yes', domain: '127.0.0.1', httpOnly: true, expires: -1 }
  expect(state).toMatchObject({ cookies: [seen], origins: [] })

  await openBrowser()
  const over = { name: 'over', value: 'x', domain: '127.0.0.1', path: '/', expires: 1 }
  const given = { cookies: [...state.cookies, over], origins: [{ origin: url, localStorage: [] }] }
  const file = join(cli.folder, 'state.json')
  writeFileSync(file, JSON.stringify(given))
  const set = await cli.run(['session', 'cookies', 'set', SESSION_ID, '--state', `@${file}`])
  expect(set).toMatchObject({ code: 0, stdout: '' })
  expect(set.stderr).toContain('1 of 2 cookies set')
  expect(set.stderr).toContain(
    `Only cookies are set. The local storage of these origins is ignored: ${url}`,
  )
  expect(set.stderr).toContain('did not accept these cookies, which may have expired: over')
  const again = await cli.run(['session', 'cookies', 'get', SESSION_ID])
  expect(JSON.parse(again.stdout)).toEqual(state)
  const input = JSON.stringify(state)
  const piped = await cli.run(['session', 'cookies', 'set', SESSION_ID, '--json'], { input })
  expect(piped.json).toEqual({ browser_session_id: SESSION_ID, cookies: 1, refused: [] })
})

test.each([
  ['null', 'The storage state has no list of cookies'],
  ['{"cookies":{}}', 'The storage state has no list of cookies'],
  ['{"cookies":[{"name":"a","value":1}]}', 'Cookie 1 has no value'],
  [
    '[{"name":"a","value":"b","domain":"x.y"},{"name":"a","value":"b","domain":"x.y","expires":"never"}]',
    'The expires of cookie 2 is not a number',
  ],
  [
    '[{"name":"a","value":"b","domain":"x.y","secure":1}]',
    'The secure of cookie 1 is not a boolean',
  ],
  ['[{"name":"a","value":"b"}]', 'Cookie 1 has no domain'],
  ['{', 'takes JSON'],
])('%s is no storage state: said before anything is sent', async (state, message) => {
  const api = await startApi({ [GET_SESSION]: { json: session() } })
  const result = await cliFor(api).run(['session', 'cookies', 'set', SESSION_ID, '--state', state])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(message)
  expect(api.requests).toHaveLength(0)
})

test('the key is not sent to another host that the server names', async () => {
  await behindSession(await local().idleSession())
  const { cli: proxied } = await throughProxy()
  const named = await startApi({
    [GET_SESSION]: { json: session({ browser_address: addressAt(HOST) }) },
  })
  const foreign = await proxied.run(['session', 'text', SESSION_ID, '--base-url', named.url])
  expect(foreign).toMatchObject({ code: 0 })
  expect(attached.at(-1)?.headers['x-api-key']).toBeUndefined()
})

const text = ['session', 'text', SESSION_ID, '--json']

test.each([
  [session({ browser_address: null }), 5, 'not_found'],
  [endedSession(), 5, 'session_ended'],
  [session({ browser_address: 'nowhere' }), 1, 'bad_response'],
  [session({ browser_address: 'file:///etc/passwd' }), 1, 'bad_response'],
  [session({ browser_address: 'ws://127.0.0.1:9/cdp-token' }), 7, 'network'],
])('a session without a browser to reach: %#', async (found, exit, code) => {
  const api = await startApi({ [GET_SESSION]: { json: found } })
  const result = await cliFor(api).run(text)
  expect(result).toMatchObject({ code: exit, stdout: '', error: { code, session_id: SESSION_ID } })
  expect(result.stderr).not.toContain('cdp-token')
})

test('an address whose session has ended, a wrong token, too many clients: each has its own error', async () => {
  const { backend, call, session: create } = local()
  const id = await create()
  const address = String((await call('GET', `/v1/browser_sessions/${id}`)).body['browser_address'])
  let given = address
  const api = await startApi({
    [GET_SESSION]: () => ({ json: session({ browser_address: given }) }),
  })
  const cli = cliFor(api, { SKYVERN_API_KEY: backend.apiKey })
  given = `${address}x`
  expect(await cli.run(text)).toMatchObject({ code: 4, error: { code: 'auth_rejected' } })
  given = address.replace('ws:', 'http:')
  expect(await cli.run(text)).toMatchObject({ code: 0, json: { text: '' } })
  await call('POST', `/v1/browser_sessions/${id}/close`)
  expect(await cli.run(text)).toMatchObject({ code: 5, error: { code: 'session_ended' } })
})
