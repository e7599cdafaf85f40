/** Credentials, log-ins with them, uploads and timelines of the embedded backend. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually, finalRun, serve, shareLocal } from './support.ts'
import type { Answer, Caller } from './support.ts'

const shared = shareLocal()
const PASSWORD = 'pa"ss’w`ör d, and\\more.'

const create = (call: Caller, fields: object = {}): Promise<Answer> =>
  call('POST', '/v1/credentials', {
    name: 'shop',
    credential_type: 'password',
    credential: { username: 'demo@example.com', password: PASSWORD },
    ...fields,
  })

/** A login that takes one password, and greets who gives it. */
const loginSite = (): Promise<string> =>
  serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const sent = new URLSearchParams(Buffer.concat(chunks).toString())
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (sent.get('password') === PASSWORD) {
      return response.end(`<h1>Welcome</h1><p>Signed in as ${sent.get('username')}</p>`)
    }
    const alert = request.method === 'POST' ? '<p role="alert">Wrong password.</p>' : ''
    response.end(`<title>Log in</title>${alert}<form method="post">
      <label>User <input name="username"></label>
      <label>Password <input type="password" name="password"></label>
      <button>Log in</button></form>`)
  })

/** Every byte that the backend wrote down, but for the files of credentials. */
function writtenIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^(records\/credentials|browsers)\//.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}

test('a credential logs in, and its password is in its own file and nowhere else', async () => {
  const { call, folder, session } = shared()
  const { status, body } = await create(call)
  expect(status).toBe(201)
  const id = String(body['credential_id'])
  const site = await loginSite()
  const browser = await session()
  const login = { credential_type: 'skyvern', credential_id: id, browser_session_id: browser }
  const submitted = await call('POST', '/v1/run/tasks/login', { ...login, url: site })
  expect(submitted.body).toMatchObject({
    run_id: expect.stringMatching(/^wr_\d{18}$/),
    run_type: 'workflow_run',
  })
  const runId = String(submitted.body['run_id'])
  const run = await finalRun(call, runId)
  expect(run).toMatchObject({ status: 'completed', failure_reason: null })
  const timeline = await call('GET', `/v1/runs/${runId}/timeline`)
  expect(JSON.parse(timeline.text)).toMatchObject([
    {
      type: 'block',
      block: { status: 'completed', description: expect.stringContaining('log in') },
    },
  ])

  const file = join(folder, 'records', 'credentials', `${id}.json`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(file, 'utf8')).secret).toBe(PASSWORD)
  const listed = await call('GET', '/v1/credentials')
  const one = await call('GET', `/v1/credentials/${id}`)
  const said = [submitted, timeline, listed, one].map(({ text }) => text).join('\n')
  for (const secret of [
    PASSWORD,
    encodeURIComponent(PASSWORD),
    JSON.stringify(PASSWORD).slice(1, -1),
  ]) {
    expect(said + JSON.stringify(run) + writtenIn(folder)).not.toContain(secret)
  }
})

test('credentials are listed newest first, searched, and deleted once', async () => {
  const { call } = shared()
  const first = await create(call, { name: 'one of two' })
  const second = await create(call, {
    name: 'two of two',
    credential_type: 'secret',
    credential: { secret_value: 'sk-1234567', secret_label: 'a key' },
  })
  expect(second.body).toMatchObject({ credential: { secret_label: 'a key' } })
  const found = JSON.parse((await call('GET', '/v1/credentials?search=OF%20TWO')).text)
  const ids = [second, first].map(({ body }) => body['credential_id'])
  expect(found.map((row: { credential_id: string }) => row.credential_id)).toEqual(ids)
  const path = `/v1/credentials/${String(first.body['credential_id'])}`
  expect((await call('POST', `${path}/delete`)).status).toBe(204)
  expect((await call('POST', `${path}/delete`)).status).toBe(404)
  expect((await call('GET', path)).status).toBe(404)
  const login = { credential_type: 'skyvern', credential_id: second.body['credential_id'] }
  expect((await call('POST', '/v1/run/tasks/login', login)).body['detail']).toContain('not a login')
})

test('a credential that is refused is not echoed', async () => {
  const { call } = shared()
  const bad = { password: 'hunter22-secret', username: '' }
  const { status, text } = await create(call, { credential: bad })
  expect(status).toBe(422)
  expect(text).toContain('username')
  expect(text).not.toContain('hunter22')
})

const upload = (file: Blob | string, name = 'file'): FormData => {
  const form = new FormData()
  if (typeof file === 'string') form.set(name, file)
  else form.set(name, file, 'täx "report".pdf')
  return form
}

test('an uploaded file is kept under its name, attached to one run, and gone with it', async () => {
  const { call, backend, folder, run } = shared()
  const bytes = Buffer.alloc(300_000, 'sheet')
  const send = async (body: FormData): Promise<{ status: number; text: string }> => {
    const headers = { 'x-api-key': backend.apiKey }
    const url = `${backend.baseUrl}/v1/upload_file`
    const response = await fetch(url, { method: 'POST', headers, body })
    return { status: response.status, text: await response.text() }
  }
  const sent = await send(upload(new Blob([bytes])))
  expect(sent.status).toBe(200)
  const { file_id: id } = JSON.parse(sent.text)
  const [name = ''] = readdirSync(join(folder, 'uploads', id))
  expect(name).toMatch(/^täx .*report.*\.pdf$/)
  const kept = readFileSync(join(folder, 'uploads', id, name))
  expect(createHash('sha256').update(kept).digest()).toEqual(
    createHash('sha256').update(bytes).digest(),
  )

  const none = { prompt: 'Wait 1 second', file_ids: ['file_1', id] }
  const refused = await call('POST', '/v1/run/tasks', none)
  expect(refused).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining('file_1') },
  })
  await run({ prompt: 'Wait 1 second', file_ids: [id] })
  const left = (): string[] => readdirSync(join(folder, 'uploads'))
  await eventually(() => left().length === 0 || undefined)
  expect((await call('DELETE', `/v1/files/${id}`)).status).toBe(404)

  expect((await send(upload('a text'))).status).toBe(422)
  expect((await send(upload(new Blob([Buffer.alloc(31 * 1024 * 1024)])))).status).toBe(413)
  expect(left()).toEqual([])
})

test('an uploaded file goes into a form, under its own name', async () => {
  const { call, backend, run } = shared()
  let received = ''
  const site = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.method === 'POST') received = Buffer.concat(chunks).toString()
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<title>Send</title><h1>${request.method === 'POST' ? 'Thanks' : 'Send'}</h1>
      <form method="post" enctype="multipart/form-data">
      <label>Attachment <input type="file" name="attachment"></label>
      <button>Send it</button></form>`)
  })
  const form = new FormData()
  form.set('file', new Blob(['quarterly numbers']), 'report.txt')
  const headers = { 'x-api-key': backend.apiKey }
  const url = `${backend.baseUrl}/v1/upload_file`
  const sent = await fetch(url, { method: 'POST', headers, body: form })
  const { file_id: id } = (await sent.json()) as { file_id: string }
  const prompt = 'Upload report.txt into Attachment, press "Send it" and wait for "Thanks"'
  expect(await run({ url: site, prompt, file_ids: [id] })).toMatchObject({ status: 'completed' })
  expect(received).toContain('filename="report.txt"')
  expect(received).toContain('quarterly numbers')

  const failed = await run({ url: site, prompt: 'Upload other.txt into Attachment' })
  expect(failed).toMatchObject({
    status: 'failed',
    failure_reason: expect.stringContaining('other.txt'),
  })
  expect((await call('GET', `/v1/runs/${String(failed['run_id'])}/timeline`)).status).toBe(200)
})

test('agents are refused with the reason', async () => {
  const { call } = shared()
  for (const path of ['/v1/agents', '/v1/agents/wpid_1']) {
    expect(await call('GET', path)).toMatchObject({
      status: 501,
      body: { detail: expect.stringContaining('language model') },
    })
  }
  expect((await call('POST', '/v1/run/agents', {})).status).toBe(501)
  expect((await call('POST', '/v1/credentials/totp', {})).status).toBe(400)
})
