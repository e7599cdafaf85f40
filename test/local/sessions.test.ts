import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { browsersOf, finalRun, gone, memorySite, serve, shareLocal } from './support.ts'

const shared = shareLocal()

test('a session is a browser that keeps its cookies from task to task, until it is closed', async () => {
  const { folder, call, session, run } = shared()
  const site = await memorySite()
  const id = await session()
  expect((await call('GET', `/v1/browser_sessions/${id}`)).body).toMatchObject({
    status: 'running',
    started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
    browser_address: expect.stringMatching(
      /^ws:\/\/127\.0\.0\.1:\d+\/v1\/browser_sessions\/pbs_\d+\/cdp\?token=/,
    ),
    timeout: 60,
  })
  const [browser] = browsersOf(folder, id).sort((a, b) => a - b)
  expect(browser).toBeDefined()

  await run({ prompt: 'Extract the cookies', url: `${site}/enter`, browser_session_id: id })
  const second = await run({
    prompt: `Open ${site}/ and extract the cookies`,
    browser_session_id: id,
  })
  expect(second).toMatchObject({ status: 'completed', output: 'brief=yes lasting=yes' })

  const closed = await call('POST', `/v1/browser_sessions/${id}/close`)
  expect(closed).toMatchObject({ status: 200, body: { message: 'Browser session closed' } })
  expect(browsersOf(folder, id)).not.toContain(browser)
  await gone(() => browsersOf(folder, id))
  const ended = await call('GET', `/v1/browser_sessions/${id}`)
  expect(ended.body).toMatchObject({ status: 'completed', completed_at: expect.any(String) })
  expect((await call('POST', `/v1/browser_sessions/${id}/close`)).status).toBe(200)
})

test('the answer to create has the fields of the API and a warning about what was not applied, in parts too', async () => {
  const { call } = shared()
  const { body } = await call('POST', '/v1/browser_sessions', {
    timeout: 1440,
    proxy_location: 'RESIDENTIAL',
    extensions: ['ad-blocker'],
    unknown_field: 1,
  })
  expect(Object.keys(body)).toHaveLength(29)
  expect(body['browser_session_id']).toMatch(/^pbs_\d{18}$/)
  expect(body).toMatchObject({ timeout: 240, extensions: ['ad-blocker'] })
  await call('POST', `/v1/browser_sessions/${body['browser_session_id']}/close`)
  expect(body['warning']).toMatch(/capped at 240.*proxy_location, extensions/)
  expect(body['embedded']).toEqual({
    ignored: ['proxy_location', 'extensions'],
    warning: expect.stringMatching(/capped at 240 minutes\..*extended\.$/),
  })
})

test('active sessions are listed newest first; history has the ended ones too, page by page', async () => {
  const { call, session } = shared()
  const [first, second] = [await session(), await session()]
  await call('POST', `/v1/browser_sessions/${second}/close`)
  const ids = async (path: string): Promise<unknown> => {
    const rows = (await call('GET', path)).body as unknown as { browser_session_id: string }[]
    return rows.map((row) => row.browser_session_id)
  }
  expect(await ids('/v1/browser_sessions')).toEqual([first])
  expect(await ids('/v1/browser_sessions/history?page_size=2')).toEqual([first, second])
  expect(await ids('/v1/browser_sessions/history?page=2&page_size=1')).toEqual([second])
  const { status, body } = await call('GET', '/v1/browser_sessions/history?page=0&page_size=101')
  expect(status).toBe(422)
  expect(body['detail']).toMatchObject([
    { type: 'greater_than_equal', loc: ['query', 'page'], input: '0' },
    { type: 'less_than_equal', loc: ['query', 'page_size'] },
  ])
})

test('a start page is opened; one that cannot be is a warning, and one of another scheme a refusal', async () => {
  const { call, session, run } = shared()
  const site = await memorySite()
  const id = await session({ url: `${site}/enter` })
  expect(await run({ prompt: 'Extract the stored', browser_session_id: id })).toMatchObject({
    output: 'yes',
  })
  const unreachable = await call('POST', '/v1/browser_sessions', { url: 'http://127.0.0.1:1/' })
  expect(unreachable.body).toMatchObject({
    status: 'running',
    warning: expect.stringContaining('start page was not opened'),
  })
  await call('POST', `/v1/browser_sessions/${unreachable.body['browser_session_id']}/close`)
  const file = await call('POST', '/v1/browser_sessions', { url: 'file:///etc/passwd' })
  expect(file).toMatchObject({
    status: 400,
    body: { detail: expect.stringMatching(/^Invalid URL/) },
  })
})

test('invalid requests get the errors of the real server', async () => {
  const { call, session } = shared()
  const create = async (body: unknown): Promise<unknown> => {
    const answer = await call('POST', '/v1/browser_sessions', body)
    return [answer.status, answer.body['detail']]
  }
  expect(await create({ timeout: 4 })).toEqual([
    422,
    [
      {
        type: 'greater_than_equal',
        loc: ['body', 'timeout'],
        msg: 'Input should be greater than or equal to 5',
        input: 4,
        ctx: { ge: 5 },
      },
    ],
  ])
  for (const body of [
    { timeout: 'soon' },
    { timeout: 12.5 },
    { extensions: 'ad-blocker' },
    { extensions: ['x'] },
    { browser_type: 'firefox' },
    { proxy_location: 'US' },
    { proxy_location: { country: 'CN' } },
    { browser_profile_id: 'x' },
    { generate_browser_profile: null },
    [],
  ]) {
    expect(await create(body)).toMatchObject([422, [{ loc: expect.arrayContaining(['body']) }]])
  }
  expect(await create('{"timeout":')).toMatchObject([422, [{ type: 'json_invalid' }]])
  const plain = await call('POST', '/v1/browser_sessions', '{}', { 'content-type': 'text/plain' })
  expect(plain).toMatchObject({
    status: 422,
    body: { detail: [{ type: 'model_attributes_type', loc: ['body'] }] },
  })
  expect(await create({ browser_profile_id: 'bp_1' })).toEqual([
    404,
    'Browser profile bp_1 not found',
  ])
  expect(await create({ proxy_session_id: 'a', proxy_location: 'NONE' })).toEqual([
    400,
    expect.stringContaining('RESIDENTIAL_ISP'),
  ])
  expect((await call('GET', '/v1/browser_sessions/pbs_1')).body).toEqual({
    detail: 'Browser session pbs_1 not found',
  })

  const id = await session()
  const patched = await call('PATCH', `/v1/browser_sessions/${id}`, {
    generate_browser_profile: 'yes',
  })
  expect(patched.body).toMatchObject({ generate_browser_profile: true })
  expect((await call('PATCH', `/v1/browser_sessions/${id}`, { timeout: 90 })).status).toBe(422)
  await call('POST', `/v1/browser_sessions/${id}/close`)
  const late = await call('PATCH', `/v1/browser_sessions/${id}`, { generate_browser_profile: true })
  expect(late.status).toBe(409)
  expect(late.body['detail']).toBe(
    `Browser session ${id} has already ended and can no longer be updated.`,
  )
})

test('the browser of a session has the time zone that it was asked for', async () => {
  const { call, run } = shared()
  const zone = { browser_settings: { timezone_id: 'Asia/Tokyo' } }
  const { body } = await call('POST', '/v1/browser_sessions', zone)
  const id = String(body['browser_session_id'])
  onTestFinished(() => void call('POST', `/v1/browser_sessions/${id}/close`))
  expect(body).toMatchObject({ ...zone, warning: null })
  const site = await serve((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<dl><dt>Zone</dt><dd id="zone"></dd></dl><script>
      zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone</script>`)
  })
  expect(
    await run({ url: site, prompt: 'Extract the zone', browser_session_id: id }),
  ).toMatchObject({
    output: 'Asia/Tokyo',
  })
  const bad = { browser_settings: { timezone_id: '+02:00' } }
  expect((await call('POST', '/v1/browser_sessions', bad)).status).toBe(422)
})

test('endpoints that it lacks answer 501, wrong methods 405, foreign paths 404', async () => {
  const { call } = shared()
  expect(await call('GET', '/v1/scripts')).toMatchObject({
    status: 501,
    body: { detail: expect.stringContaining('not available on the embedded backend') },
  })
  expect((await call('DELETE', '/v1/browser_sessions')).status).toBe(405)
  expect((await call('GET', '/api/v1/browser_sessions')).status).toBe(404)
  expect((await call('GET', '/api/v1/heartbeat')).text).toBe('Server is running.')
  expect((await call('GET', '/v1/config/runtime')).body).toMatchObject({
    environment: 'local',
    embedded: {},
  })
})

test('a browser that crashes fails its session and the run in it, and says so', async () => {
  const { folder, call, session } = shared()
  const id = await session()
  const submitted = await call('POST', '/v1/run/tasks', {
    prompt: 'Wait 60 seconds',
    browser_session_id: id,
    engine: 'skyvern-2.0',
  })
  const [browser] = browsersOf(folder, id).sort((a, b) => a - b)
  process.kill(browser ?? 0, 'SIGKILL')
  const run = await finalRun(call, String(submitted.body['run_id']))
  expect(run).toMatchObject({
    status: 'failed',
    failure_reason: expect.stringContaining('ended unexpectedly'),
  })
  expect((await call('GET', `/v1/browser_sessions/${id}`)).body).toMatchObject({ status: 'failed' })
})

test('a tab that crashes fails its run; the session goes on in a fresh one, with its cookies', async () => {
  const { folder, call, session, run } = shared()
  const site = await memorySite()
  const id = await session({ url: `${site}/enter` })
  const request = { prompt: 'Wait 1 second. Press Save', browser_session_id: id }
  const { body } = await call('POST', '/v1/run/tasks', request)
  const renderers = browsersOf(folder, id).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer'),
  )
  expect(renderers).not.toEqual([])
  for (const pid of renderers) process.kill(pid, 'SIGKILL')
  expect(await finalRun(call, String(body['run_id']))).toMatchObject({ status: 'failed' })
  const next = await run({
    prompt: `Open ${site}/ and extract the cookies`,
    browser_session_id: id,
  })
  expect(next['output']).toBe('brief=yes lasting=yes')
})
