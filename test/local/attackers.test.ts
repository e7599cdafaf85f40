/** The backend against its own machine: other programs, other users' web pages, names that lead to its port. */
import { readdirSync, readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { attach, attempt } from '../support/cdp.ts'
import { browsersOf, eventually, serve, shareLocal, startLocal } from './support.ts'
import type { Local } from './support.ts'
import { stopBackend } from '../../src/local/door.ts'

/** fetch sets Host itself, so the raw request is made by hand. */
function raw(
  local: Local,
  headers: Record<string, string>,
  path = '/v1/browser_sessions',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'x-api-key': local.backend.apiKey, ...headers } }
    const request = httpRequest(local.backend.baseUrl + path, options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end()
  })
}

async function status(address: string, headers = {}): Promise<number> {
  return (await attempt(address, headers)).status
}

/** The sessions that are or have been, newest first. */
async function sessions({ call }: Local): Promise<unknown> {
  const rows = (await call('GET', '/v1/browser_sessions/history')).body
  return (rows as unknown as { browser_session_id: string }[]).map((row) => row.browser_session_id)
}

const shared = shareLocal()

test('without the key only its health is answered, in the words of the real server', async () => {
  const local = shared()
  const { call } = local
  const before = await sessions(local)
  for (const [method, path] of [
    ['GET', '/v1/browser_sessions'],
    ['POST', '/v1/browser_sessions'],
    ['POST', '/v1/run/tasks'],
    ['GET', '/v1/browser_profiles'],
    ['GET', '/api/v1/organizations/me'],
    ['GET', '/v1/artifacts/a_1/content'],
    ['GET', '/v1/anything/else'],
  ] as const) {
    const none = await call(method, path, undefined, { 'x-api-key': '' })
    expect([none.status, none.body]).toEqual([403, { detail: 'Invalid credentials' }])
    const wrong = await call(method, path, undefined, { 'x-api-key': `${local.backend.apiKey}x` })
    expect([wrong.status, wrong.body]).toEqual([403, { detail: 'Could not validate credentials' }])
  }
  const bearer = { 'x-api-key': '', authorization: `Bearer ${local.backend.apiKey}` }
  expect((await call('GET', '/v1/browser_sessions', undefined, bearer)).status).toBe(403)
  const inQuery = `/v1/browser_sessions?x-api-key=${local.backend.apiKey}`
  expect((await call('GET', inQuery, undefined, { 'x-api-key': '' })).status).toBe(403)
  expect(await sessions(local)).toEqual(before)
})

test('another name for its address, an Origin, or a browser that says cross-site is refused even with the key', async () => {
  const local = shared()
  const before = await sessions(local)
  const { port } = new URL(local.backend.baseUrl)
  expect(await raw(local, { host: `evil.example:${port}` })).toBe(421)
  expect(await raw(local, { host: `127.0.0.1.evil.example:${port}` })).toBe(421)
  expect(await raw(local, { host: '127.0.0.1' })).toBe(421)
  expect(await raw(local, { origin: 'https://evil.example' })).toBe(403)
  expect(await raw(local, { origin: 'null' })).toBe(403)
  expect(await raw(local, { origin: local.backend.baseUrl })).toBe(403)
  for (const site of ['cross-site', 'same-site', 'same-origin']) {
    expect(await raw(local, { 'sec-fetch-site': site })).toBe(403)
  }
  expect(await sessions(local)).toEqual(before)
  // Without a body, but let in.
  expect(await raw(local, { host: `localhost:${port}` }, '/v1/runs/cancel')).toBe(422)
})

test('a web page in a real browser cannot drive it or read from it', async () => {
  const local = shared()
  const { body } = await local.call('GET', `/v1/browser_sessions/${await local.idleSession()}`)
  const before = await sessions(local)
  const base = local.backend.baseUrl
  let report = ''
  const site = await serve((request, response) => {
    if (request.url === '/report') {
      request.on('data', (chunk: Buffer) => (report += chunk.toString()))
      request.on('end', () => response.end())
      return
    }
    response.writeHead(200, { 'content-type': 'text/html' })
      .end(`<dl><dt>Result</dt><dd id="r"></dd></dl>
      <iframe name="sink"></iframe>
      <form id="f" method="post" action="${base}/v1/browser_sessions" target="sink" enctype="text/plain">
        <input name='{"timeout":60,"x":"' value='"}'></form>
      <script>
        const tried = async (name, attempt) => [name, await attempt().catch((error) => 'error ' + error.name)]
        const body = '{"timeout":60}'
        Promise.all([
          tried('opaque', () => fetch('${base}/v1/browser_sessions', { method: 'POST', mode: 'no-cors', body }).then((r) => r.type + r.status)),
          tried('cors', () => fetch('${base}/v1/browser_sessions', { method: 'POST', body, headers: { 'x-api-key': '${local.backend.apiKey}', 'content-type': 'application/json' } }).then((r) => r.text())),
          tried('health', () => fetch('${base}/api/v1/heartbeat').then((r) => r.text())),
          tried('socket', () => new Promise((resolve) => { const s = new WebSocket('${base.replace('http', 'ws')}/v1/browser_sessions'); s.onopen = () => resolve('open'); s.onerror = () => resolve('error') })),
          tried('attach', () => new Promise((resolve) => { const s = new WebSocket('${String(body['browser_address'])}'); s.onopen = () => resolve('open'); s.onerror = () => resolve('error') })),
          tried('beacon', async () => String(navigator.sendBeacon('${base}/v1/browser_sessions', new Blob([body], { type: 'text/plain' })))),
        ]).then(async (results) => {
          document.getElementById('f').submit()
          await fetch('/report', { method: 'POST', body: JSON.stringify(Object.fromEntries(results)) })
          document.getElementById('r').textContent = 'done'
        })
      </script>`)
  })
  const done = await local.run({ prompt: 'Wait for "done". Extract the Result', url: site })
  expect(done).toMatchObject({ status: 'completed', output: 'done' })
  expect(JSON.parse(report)).toMatchObject({
    opaque: 'opaque0',
    cors: 'error TypeError',
    health: 'error TypeError',
    socket: 'error',
    attach: 'error',
  })
  expect(await sessions(local)).toEqual(before)
})

test('a socket to a browser needs its own token or the key, and no Origin', async () => {
  const local = shared()
  const [id, other] = [await local.idleSession(), await local.session()]
  const addressOf = async (session: string): Promise<string> => {
    const { body } = await local.call('GET', `/v1/browser_sessions/${session}`)
    return String(body['browser_address'])
  }
  const address = await addressOf(id)
  const [bare = '', token = ''] = address.split('?token=')
  const { port } = new URL(bare)
  const { apiKey } = local.backend
  const key = { 'x-api-key': apiKey }
  expect(address).not.toContain(apiKey)
  expect(await status(address)).toBe(101)
  expect(await status(bare, key)).toBe(101)
  expect(await status(bare)).toBe(403)
  expect(await status(`${bare}?token=`)).toBe(403)
  expect(await status(`${bare}?token=${apiKey}`)).toBe(403)
  expect(await status(`${bare}?token=${token.slice(0, -1)}`)).toBe(403)
  expect(await status(`${bare}?token=${(await addressOf(other)).split('=')[1]}`, key)).toBe(403)
  expect(await status(bare, { authorization: `Bearer ${apiKey}` })).toBe(403)
  expect(await status(address.replace(id, 'pbs_1'))).toBe(403)
  expect(await status(bare.replace(id, 'pbs_1'), key)).toBe(404)
  expect(await status(bare.replace('/cdp', ''), key)).toBe(404)
  for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${port}`]) {
    expect(await status(address, { ...key, origin })).toBe(403)
  }
  expect(await status(address, { host: `evil.example:${port}` })).toBe(421)
  expect(await status(address, { 'sec-fetch-site': 'same-origin' })).toBe(403)
  // The token opens the socket, and no other part of the API.
  const closing = `/v1/browser_sessions/${id}/close?token=${token}`
  expect((await local.call('POST', closing, undefined, { 'x-api-key': '' })).status).toBe(403)
  const about = await local.call('GET', `/v1/browser_sessions/${id}/cdp/json/version`)
  expect(about.body).toMatchObject({ webSocketDebuggerUrl: address })
  const version = bare.replace('ws:', 'http:') + '/json/version'
  expect((await fetch(version)).status).toBe(403)
  expect((await fetch(version + `?token=${token}`)).status).toBe(200)
  // Whoever looks over the folder finds neither address nor token in it.
  const files = readdirSync(local.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|log)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  expect(files.some((text) => text.includes(id))).toBe(true)
  expect(files.filter((text) => text.includes(token))).toEqual([])
})

test('an address of a backend that has ended opens nothing on the next one', async () => {
  const { folder, call, session } = await startLocal()
  const id = await session()
  const { browser_address: address } = (await call('GET', `/v1/browser_sessions/${id}`)).body
  await stopBackend(folder)
  const { backend } = await startLocal(folder)
  const moved = String(address).replace(/:\d+/, `:${new URL(backend.baseUrl).port}`)
  const refused = await attempt(moved)
  expect(refused).toMatchObject({ status: 403, body: expect.stringContaining('has ended') })
})

test('of a hundred sockets a session takes sixteen; what they leave is free again', async () => {
  const local = shared()
  const { body } = await local.call('GET', `/v1/browser_sessions/${await local.idleSession()}`)
  const address = String(body['browser_address'])
  const all = await Promise.allSettled(Array.from({ length: 100 }, () => attach(address)))
  const taken = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  onTestFinished(() => taken.forEach(({ socket }) => socket.terminate()))
  expect(taken).toHaveLength(16)
  const reasons = all.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
  expect(reasons.every((reason) => reason.includes('429'))).toBe(true)
  for (const { socket } of taken) socket.close()
  await Promise.all(taken.map(({ closed }) => closed))
  const again = await eventually(() => attach(address).catch(() => undefined))
  expect(await again.send('Browser.getVersion')).toHaveProperty('product')
  again.socket.close()
})

test('huge, endless and broken bodies are refused, and it goes on answering', async () => {
  const local = shared()
  const huge = await local.call('POST', '/v1/run/tasks', { prompt: 'x'.repeat(5_000_000) })
  expect([huge.status, huge.body]).toEqual([413, { detail: 'Request body too large' }])
  const deep = await local.call('POST', '/v1/browser_sessions', '['.repeat(400_000))
  expect(deep.status).toBe(422)
  const polluting = '{"__proto__":{"timeout":4},"constructor":{"timeout":4}}'
  const made = await local.call('POST', '/v1/browser_sessions', polluting)
  expect(made.body).toMatchObject({ timeout: 60 })
  await local.call('POST', `/v1/browser_sessions/${made.body['browser_session_id']}/close`)
  const { port } = new URL(local.backend.baseUrl)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    'POST /v1/browser_sessions HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  const answer = await new Promise<string>((resolve) => {
    socket.on('data', (chunk) => resolve(chunk.toString()))
  })
  expect(answer).toMatch(/^HTTP\/1.1 4/)
  socket.destroy()
  expect((await local.call('GET', '/v1/browser_sessions')).status).toBe(200)
})

test('ids that are paths lead nowhere', async () => {
  const local = shared()
  for (const id of [
    '..%2f..%2fdaemon',
    '%2e%2e%2fdaemon.json',
    '..%5cdaemon',
    '%00',
    '%E0%A4%A',
    '__proto__',
    'constructor',
  ]) {
    for (const path of [
      `/v1/browser_sessions/${id}`,
      `/v1/runs/${id}`,
      `/v1/artifacts/${id}/content`,
    ]) {
      expect((await local.call('GET', path)).status).toBe(404)
    }
    const closed = await local.call('POST', `/v1/browser_sessions/${id}/close`)
    expect(closed.status).toBe(404)
    const profile = { name: 'x', browser_session_id: decodeURI(id.replaceAll('%E0%A4%A', '')) }
    expect((await local.call('POST', '/v1/browser_profiles', profile)).status).toBe(404)
  }
  const { port } = new URL(local.backend.baseUrl)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `GET /v1/artifacts/../../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nx-api-key: ${local.backend.apiKey}\r\n\r\n`,
  )
  const answer = await new Promise<string>((resolve) => {
    socket.on('data', (chunk) => resolve(chunk.toString()))
  })
  expect(answer).toMatch(/^HTTP\/1.1 501/)
  expect(answer).not.toContain('root:')
  socket.destroy()
})

test('answers are never cached, sniffed or framed, and allow no origin to read them', async () => {
  const { call } = shared()
  for (const path of ['/api/v1/heartbeat', '/v1/browser_sessions', '/nowhere']) {
    const { headers } = await call('GET', path)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

test('a browser has no debugging port, and no more of them run than the machine can carry', async () => {
  const { folder, call } = shared()
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => call('POST', '/v1/browser_sessions', {})),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]?.body['detail']).toMatch(/browsers at most/)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(9 - refused.length)
  expect(browsersOf(folder)).not.toEqual([])
})
