/** The backend against its own machine: other programs, other users' web pages, names that lead to its port. */
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { browsersOf, serve, shareLocal, startLocal } from './support.ts'
import type { Local } from './support.ts'

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

/** How many sessions there have ever been. */
async function sessionCount({ call }: Local): Promise<number> {
  return ((await call('GET', '/v1/browser_sessions/history')).body as unknown as unknown[]).length
}

const shared = shareLocal()

test('without the key nothing but its health is told, in the words of the real server', async () => {
  const local = shared()
  const { call } = local
  const before = await sessionCount(local)
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
  expect(await sessionCount(local)).toBe(before)
})

test('another name for its address, an Origin, or a browser that says cross-site is refused even with the key', async () => {
  const local = shared()
  const before = await sessionCount(local)
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
  expect(await sessionCount(local)).toBe(before)
  // Without a body, but let in.
  expect(await raw(local, { host: `localhost:${port}` }, '/v1/runs/cancel')).toBe(422)
})

test('a web page in a real browser cannot drive it or read from it', async () => {
  const local = shared()
  const before = await sessionCount(local)
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
  })
  expect(await sessionCount(local)).toBe(before)
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
  const { folder, call } = await startLocal()
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => call('POST', '/v1/browser_sessions', {})),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]?.body['detail']).toMatch(/browsers at most/)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(9 - refused.length)
  expect(browsersOf(folder)).not.toEqual([])
})
