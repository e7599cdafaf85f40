import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { browsersOf, eventually, finalRun, gone, memorySite, serve, shareLocal } from './support.ts'
import type { Caller } from './support.ts'

async function submit(call: Caller, request: object): Promise<string> {
  const { body } = await call('POST', '/v1/run/tasks', request)
  return String(body['run_id'])
}

/** Waits until the run has taken its session. */
async function untilOccupied(call: Caller, session: string): Promise<string> {
  return eventually(async () => {
    const { body } = await call('GET', `/v1/browser_sessions/${session}`)
    return body['runnable_id'] === null ? undefined : String(body['runnable_id'])
  })
}

const shared = shareLocal()

test('a session carries out one run at a time; the other fails and names its occupant', async () => {
  const { call, session, run } = shared()
  const id = await session()
  const long = { prompt: 'Wait 60 seconds', browser_session_id: id }
  const v1 = await submit(call, long)
  expect(v1).toMatch(/^tsk_\d{18}$/)
  expect(await untilOccupied(call, id)).toBe(v1)
  expect(await run(long)).toMatchObject({
    status: 'failed',
    failure_reason: `Browser session ${id} is already occupied by ${v1}. Wait for that run to finish or cancel it, then retry.`,
  })
  expect((await call('POST', `/v1/runs/${v1}/cancel`)).text).toBe('null')
  expect((await call('GET', `/v1/browser_sessions/${id}`)).body).toMatchObject({
    runnable_id: null,
  })

  const v2 = await submit(call, { ...long, engine: 'skyvern-2.0' })
  expect(v2).toMatch(/^tsk_v2_\d{18}$/)
  const behind = await untilOccupied(call, id)
  expect(behind).toMatch(/^wr_/)
  expect((await call('GET', `/v1/runs/${behind}`)).body).toMatchObject({ run_id: v2 })
  expect((await call('POST', `/v1/runs/${behind}/cancel`)).status).toBe(404)
  await call('POST', `/v1/browser_sessions/${id}/close`)
  expect(await finalRun(call, v2)).toMatchObject({
    status: 'failed',
    failure_reason: `Browser session ${id} is closed. Create a new browser session and retry.`,
  })
})

test('a task in a closed or an unknown session is refused', async () => {
  const { call, session } = shared()
  const id = await session()
  await call('POST', `/v1/browser_sessions/${id}/close`)
  const late = await call('POST', '/v1/run/tasks', { prompt: 'x', browser_session_id: id })
  expect([late.status, late.body['detail']]).toEqual([
    410,
    `Browser session ${id} is no longer usable (status: completed). Create a new browser session and retry.`,
  ])
  const unknown = await call('POST', '/v1/run/tasks', { prompt: 'x', browser_session_id: 'pbs_1' })
  expect([unknown.status, unknown.body['detail']]).toEqual([
    404,
    'Browser session pbs_1 does not exist or is not live.',
  ])
})

test('a task without a session has a browser of its own, which ends with it', async () => {
  const { folder, run } = shared()
  const site = await memorySite()
  const before = browsersOf(folder)
  const done = await run({ prompt: 'Extract the cookies', url: site })
  expect(done).toMatchObject({ status: 'completed', output: 'none', failure_reason: null })
  await gone(() => browsersOf(folder).filter((pid) => !before.includes(pid)))
})

test('cancel stops what runs, and treats what has ended as the real server does', async () => {
  const { call, idleSession, run } = shared()
  const id = await idleSession()
  const v1 = await submit(call, { prompt: 'Wait 60 seconds', browser_session_id: id })
  await untilOccupied(call, id)
  await call('POST', `/v1/runs/${v1}/cancel`)
  expect((await call('GET', `/v1/runs/${v1}`)).body).toMatchObject({ status: 'canceled' })
  const again = await call('POST', `/v1/runs/${v1}/cancel`)
  expect(again).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('because task is already canceled') },
  })

  const ended = await run({
    prompt: 'Wait 0 seconds',
    browser_session_id: id,
    engine: 'skyvern-1.0',
  })
  const refused = await call('POST', `/v1/runs/${ended['run_id']}/cancel`)
  expect(refused.body).toEqual({
    detail: `Invalid task status transition from completed to canceled for ${ended['run_id']}`,
  })
  const v2 = await run({ prompt: 'Wait 0 seconds', browser_session_id: id })
  const bulk = await call('POST', '/v1/runs/cancel', { run_ids: [v2['run_id'], v1, 'tsk_1'] })
  expect(bulk.body).toEqual({ cancelled: [v2['run_id']], failed: [v1, 'tsk_1'] })
  expect((await call('GET', `/v1/runs/${v2['run_id']}`)).body).toMatchObject({
    status: 'completed',
  })
})

test('runs are listed newest first, filtered and paged', async () => {
  const { call, idleSession, run } = shared()
  const browser_session_id = await idleSession()
  const first = await run({ prompt: 'Wait 0 seconds', browser_session_id, title: 'Nightly' })
  const second = await run({
    prompt: 'Wait 0 seconds',
    browser_session_id,
    engine: 'openai-cua',
  })
  const both = [second['run_id'], first['run_id']]
  /** Which of these two are listed: others have been before. */
  const ids = async (query: string): Promise<unknown> => {
    const rows = (await call('GET', `/v1/runs${query}`)).body as unknown as { run_id: string }[]
    return rows.map((row) => row.run_id).filter((id) => both.includes(id))
  }
  expect(await ids('')).toEqual(both)
  expect(await ids('?status=completed&status=failed')).toEqual(both)
  expect(await ids('?status=failed')).toEqual([])
  expect(await ids('?run_type=task_v2')).toEqual([first['run_id']])
  expect(await ids('?search_key=nightly')).toEqual([first['run_id']])
  expect(await ids('?page_size=1&page=1')).toEqual([second['run_id']])
  expect(await ids('?page_size=1&page=2')).toEqual([first['run_id']])
  for (const bad of ['status=completed,failed', 'page=101', 'search_key=ab', 'page_size=0']) {
    expect((await call('GET', `/v1/runs?${bad}`)).status).toBe(422)
  }
  const [row] = (await call('GET', '/v1/runs')).body as unknown as [object]
  expect(row).not.toHaveProperty('output')
  expect(row).toMatchObject({ task_run_type: 'openai_cua', task_run_id: second['run_id'] })
})

test('a run leaves a picture of its last page, with its checksum', async () => {
  const { backend, call, idleSession, run } = shared()
  const browser_session_id = await idleSession()
  const url = await memorySite()
  const done = await run({ prompt: 'Extract the cookies', url, browser_session_id })
  const [address] = done['screenshot_urls'] as [string]
  const listed = await call('GET', `/v1/runs/${done['run_id']}/artifacts`)
  const [artifact] = listed.body as unknown as [Record<string, string>]
  expect(artifact).toMatchObject({ artifact_type: 'screenshot_final', signed_url: address })
  const response = await fetch(address, { headers: { 'x-api-key': backend.apiKey } })
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  expect(bytes.length).toBe(artifact?.['file_size'])
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(artifact?.['checksum'])
  expect((await call('GET', '/v1/runs/tsk_1/artifacts')).body).toEqual([])
  expect((await call('GET', '/v1/artifacts/a_1')).body).toEqual({
    detail: 'Artifact not found a_1',
  })
})

test('a run keeps what it downloads, under the name that the site gave it', async () => {
  const { backend, call, idleSession, run } = shared()
  const url = await serve((request, response) => {
    if (request.url !== '/file') {
      const link = '<a href="/file">Download the report</a>'
      return response.setHeader('content-type', 'text/html').end(link)
    }
    const headers = {
      'content-type': 'text/csv',
      'content-disposition': `attachment; filename*=UTF-8''caf%C3%A9%20%22x%22.csv`,
    }
    return response.writeHead(200, headers).end('a,b\n1,2\n')
  })
  const browser_session_id = await idleSession()
  const done = await run({ prompt: 'Press "Download the report"', url, browser_session_id })
  const [file] = done['downloaded_files'] as [Record<string, string>]
  expect(file).toMatchObject({ filename: expect.stringMatching(/^café .*x.*\.csv$/), file_size: 8 })
  const bytes = await fetch(String(file['url']), { headers: { 'x-api-key': backend.apiKey } })
  expect(bytes.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''caf%C3/)
  expect(await bytes.text()).toBe('a,b\n1,2\n')
  expect((await call('GET', `/v1/browser_sessions/${browser_session_id}`)).body).toMatchObject({
    downloaded_files: [file],
  })
  const types = `/v1/runs/${done['run_id']}/artifacts?artifact_type=download`
  expect((await call('GET', types)).body).toMatchObject([{ artifact_id: file['artifact_id'] }])
})

test('what it cannot do is refused with a reason, and what the engine forbids as well', async () => {
  const { call } = shared()
  const submitted = async (extra: object): Promise<unknown> => {
    const { status, body } = await call('POST', '/v1/run/tasks', { prompt: 'x', ...extra })
    return [status, JSON.stringify(body['detail'])]
  }
  const unavailable = [400, expect.stringContaining('not available on the embedded backend')]
  expect(await submitted({ browser_address: 'ws://127.0.0.1:1' })).toEqual(unavailable)
  expect(await submitted({ webhook_url: 'https://example.com' })).toEqual(unavailable)
  expect(await submitted({ browser_profile_id: 'bp_1' })).toEqual([
    400,
    expect.stringMatching(/skyvern_v2/),
  ])
  const both = { engine: 'skyvern-2.0', start_fresh_browser: true, browser_session_id: 'pbs_1' }
  expect(await submitted(both)).toEqual([422, expect.stringMatching(/start_fresh_browser/)])
  expect(await submitted({ engine: 'gpt' })).toEqual([422, expect.stringMatching(/enum/)])
  expect(await submitted({ prompt: null })).toEqual([422, expect.stringMatching(/string_type/)])
  expect(await submitted({ url: 'file:///etc/passwd' })).toEqual([
    400,
    expect.stringMatching(/Invalid URL/),
  ])
  expect((await call('POST', '/v1/run/tasks')).status).toBe(422)
  expect((await call('GET', '/v1/runs/tsk_1')).body).toEqual({ detail: 'Task run not found tsk_1' })
})

test('a password in a prompt is in no answer, no record and no line of the log', async () => {
  const { folder, call, idleSession, run } = shared()
  const browser_session_id = await idleSession()
  const secret = 'Tr0ub4dor'
  const url = await serve((request, response) => {
    response.setHeader('content-type', 'text/html')
    if (request.url === '/lax?') return response.end('<h1>Welcome</h1>')
    return response.end(`<form><label>Username <input></label>
      <label>Password <input type="password"></label><button>Log in</button></form>`)
  })
  const answers = []
  for (const prompt of [
    `Log in with username ada and password ${secret}`,
    `Type "${secret}" into Password`,
    `Type ${secret} into the password field`,
    `Fill in Password with ${secret}`,
    `Fill the password field with '${secret}'`,
    `Use the password: ${secret}, then press Save`,
  ]) {
    answers.push(await run({ prompt, browser_session_id, url }))
  }
  const quoted = `Log in with username ada and password "${secret} 3"`
  answers.push(await run({ prompt: quoted, browser_session_id, url: `${url}/lax` }))
  const inUrl = `http://ada:${secret}@127.0.0.1/`
  answers.push(await run({ prompt: 'Wait 0 seconds', browser_session_id, url: inUrl }))
  answers.push((await call('GET', '/v1/runs')).body)
  expect(JSON.stringify(answers)).not.toContain(secret)
  expect(JSON.stringify(answers)).toContain('Use the password: •••, then press Save')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(join(folder, 'browsers')))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  expect(files.length).toBeGreaterThan(8)
  expect(files.join('\n')).not.toContain(secret)
})

test('a prompt that no steps can be is refused before it is read', async () => {
  const { call } = shared()
  const prompt = `Click "A"${' '.repeat(240_000)}`
  const refused = await call('POST', '/v1/run/tasks', { prompt })
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('string_too_long')
  expect(refused.text.length).toBeLessThan(1000)
  const long = await call('POST', '/v1/run/tasks', { prompt: `password${' '.repeat(30_000)}` })
  expect(long.status).toBe(200)
})
