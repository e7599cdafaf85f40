import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KEY, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api, Routes } from '../support/api.ts'
import { execute, project, ROOT, sourceFor } from '../support/project.ts'

/** The example of the official documentation; only the import is another. */
const EXAMPLE = `
const session = await skyvern.createBrowserSession({});

// Step 1: Log in
await skyvern.runTask({
  body: {
    prompt: "Log in with username demo@example.com",
    url: "https://app.example.com/login",
    browser_session_id: session.browser_session_id,
  },
  waitForCompletion: true,
});

// Step 2: Extract data (same browser, already logged in)
const result = await skyvern.runTask({
  body: {
    prompt: "Go to the invoices page and extract all invoice numbers",
    browser_session_id: session.browser_session_id,
  },
  waitForCompletion: true,
});
console.log(result.output);

// Clean up
await skyvern.closeBrowserSession(session.browser_session_id);
`
const flat = (example: string): string =>
  example.replace(/ {2}body: \{\n([\s\S]*?)\n {2}\},/g, '$1')

const serve = (more: Routes = {}): Promise<Api> =>
  startApi({
    'POST /v1/browser_sessions': { json: session() },
    'POST /v1/browser_sessions/*/close': { json: { message: 'Browser session closed' } },
    'POST /v1/run/tasks': { json: run({ status: 'queued', output: null }) },
    'GET /v1/runs/*': (_, before) => ({
      json: before % 2 === 0 ? run({ status: 'running', output: null }) : run(),
    }),
    ...more,
  })

test('a file is uploaded from a File, under its name', async () => {
  const api = await startApi({ 'POST /v1/upload_file': { json: { file_id: 'file_1' } } })
  const result = await execute(
    api,
    `const file = new File(['hello'], 'greeting.txt')
     console.log((await skyvern.uploadFile({ file, retention_days: 3 })).file_id)`,
  )
  expect(result).toMatchObject({ code: 0, stdout: 'file_1\n' })
  const [{ body } = { body: '' }] = api.sent('POST /v1/upload_file')
  expect(body).toContain('name="retention_days"\r\n\r\n3\r\n')
  expect(body).toContain('filename="greeting.txt"')
  expect(body).toContain('\r\n\r\nhello\r\n')
})

test.each([
  ['as documented', EXAMPLE],
  ['with flat arguments', flat(EXAMPLE)],
])('the example of the official SDK runs %s', async (_, example) => {
  const api = await serve()
  const result = await execute(api, example)
  expect(result).toMatchObject({ code: 0, stderr: '', stdout: "[ 'INV-1', 'INV-2' ]\n" })
  expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/browser_sessions',
    'POST /v1/run/tasks',
    `GET /v1/runs/${RUN_ID}`,
    `GET /v1/runs/${RUN_ID}`,
    'POST /v1/run/tasks',
    `GET /v1/runs/${RUN_ID}`,
    `GET /v1/runs/${RUN_ID}`,
    `POST /v1/browser_sessions/${SESSION_ID}/close`,
  ])
  expect(api.sent('POST /v1/run/tasks').map(({ body }) => body)).toEqual([
    {
      prompt: 'Log in with username demo@example.com',
      url: 'https://app.example.com/login',
      browser_session_id: SESSION_ID,
    },
    {
      prompt: 'Go to the invoices page and extract all invoice numbers',
      browser_session_id: SESSION_ID,
    },
  ])
  expect(api.requests.every(({ headers }) => headers['x-api-key'] === KEY)).toBe(true)
})

test('the examples and every option have types', () => {
  const folder = project()
  const page = readFileSync(join(ROOT, 'docs', 'api.md'), 'utf8')
  const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, example = '']) => example)
  expect(examples).toHaveLength(3)
  const options = `
    const controller = new AbortController()
    await skyvern.runTask({ prompt: "x", data_extraction_schema: { type: "object" } }, {
      timeoutInSeconds: 120, maxRetries: 3, headers: { "x-custom-header": "value" },
      queryParams: { a: "1" }, bodyParams: { b: 2 }, abortSignal: controller.signal, apiKey: "k",
    })
    const run = await getRun(createClient({ baseUrl: "https://api.skyvern.com" }), "tsk_1")
    const status: string = run.status
    console.log(status, ApiError, WaitTimeout)`
  const api = { url: 'http://127.0.0.1:1' } as Api
  writeFileSync(join(folder, 'program.ts'), sourceFor(api, EXAMPLE + options))
  const config = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    types: ['node'],
    target: 'es2022',
  }
  const files = ['program.ts', ...examples.map((_, index) => `example-${index}.ts`)]
  for (const [index, text] of examples.entries()) {
    writeFileSync(join(folder, `example-${index}.ts`), text)
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: config, files }))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: 'utf8' })
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
})

test('request options go as they say', async () => {
  const api = await serve({
    'GET /v1/browser_sessions/*': (_, before) =>
      before < 3 ? { status: 500, json: { error: 'Unexpected error: Oops' } } : { json: session() },
  })
  const result = await execute(
    api,
    `await skyvern.createBrowserSession({ timeout: 60 }, {
       headers: { 'x-custom-header': 'value' }, queryParams: { a: '1' },
       bodyParams: { generate_browser_profile: true }, apiKey: 'another-key-0123456789' })
     await skyvern.getBrowserSession('${SESSION_ID}', { maxRetries: 3 })`,
  )
  expect(result).toMatchObject({ code: 0, stderr: '' })
  const [create] = api.requests
  expect(create?.headers).toMatchObject({
    'x-custom-header': 'value',
    'x-api-key': 'another-key-0123456789',
  })
  expect(create?.query).toEqual({ a: ['1'] })
  expect(create?.body).toEqual({ timeout: 60, generate_browser_profile: true })
  expect(api.sent('GET /v1/browser_sessions/*')).toHaveLength(4)
})

test('failures are ApiErrors: a create is sent once, a wait ends in time, a signal ends a request', async () => {
  const api = await serve({
    'POST /v1/browser_sessions': { status: 504, text: '<html>' },
    'GET /v1/runs/*': { json: run({ status: 'running' }) },
    'GET /v1/browser_sessions': 'hang',
  })
  const result = await execute(
    api,
    `const told = (error) => console.log(error instanceof ApiError, error.kind, error.status)
     await skyvern.createBrowserSession().catch(told)
     await skyvern.runTask({ prompt: 'x', waitForCompletion: true, timeout: 1 }).catch((error) => {
       told(error)
       console.log(error instanceof WaitTimeout, error.last.status, error.message)
     })
     const stop = new AbortController()
     setTimeout(() => stop.abort(), 100)
     await skyvern.getBrowserSessions({ abortSignal: stop.signal }).catch(told)
     await skyvern.getBrowserSessions({ abortSignal: stop.signal }).catch(told)
     await new Promise((resolve) => setTimeout(resolve, 100))
     console.log('goes on')`,
  )
  expect(result.stdout.split('\n')).toEqual([
    'true api 504',
    'true timeout undefined',
    `true running Run ${RUN_ID} has not ended after 1 s: it goes on`,
    'true aborted undefined',
    'true aborted undefined',
    'goes on',
    '',
  ])
  expect(api.sent('POST /v1/browser_sessions')).toHaveLength(1)
})

test('waiting lives through faults of the server', async () => {
  const api = await serve({
    'GET /v1/runs/*': (_, before) =>
      before === 0 ? 'drop' : before === 1 ? { status: 502, text: '<html>' } : { json: run() },
  })
  const result = await execute(
    api,
    `const run = await skyvern.runTask({ prompt: 'x', waitForCompletion: true })
     console.log(run.status, run.created_at > '2020')`,
  )
  expect(result).toMatchObject({ code: 0, stdout: 'completed true\n' })
})

test('every method asks the endpoint of its name', async () => {
  const ids = { browser_profile_id: 'bp_1', artifact_id: 'a_1', browser_session_id: 'pbs_1' }
  const json = { ...session(), ...ids }
  const api = await serve({
    'PATCH /v1/browser_sessions/*': { json },
    'POST /v1/runs/*/cancel': { json: null },
    'GET /v1/artifacts/*': { json },
    'POST /v1/browser_profiles': { json },
    'GET /v1/browser_profiles/*': { json },
    'GET /v1/browser_profiles/*/usage': { json },
    'PATCH /v1/browser_profiles/*': { json },
    'GET /api/v1/organizations/me': { json },
    'GET /v1/browser_profiles': { json: [] },
    'GET /v1/runs': { json: [] },
    'GET /v1/runs/*/artifacts': { json: [] },
    'GET /v1/artifacts/*/content': { bytes: Buffer.from('bytes') },
    'DELETE /v1/browser_profiles/*': { status: 204, text: '' },
  })
  const result = await execute(
    api,
    `await skyvern.updateBrowserSession('pbs_1', { body: { generate_browser_profile: true } })
     await skyvern.getRuns({ status: ['failed'], page_size: 5 })
     await skyvern.cancelRun('tsk_1')
     await skyvern.getRunArtifacts('tsk_1', { artifact_type: 'har' })
     await skyvern.getArtifact('a_1')
     for await (const chunk of await skyvern.getArtifactContent('a_1')) console.log(String(chunk))
     await skyvern.createBrowserProfile({ name: 'shop', browser_session_id: 'pbs_1' })
     await skyvern.listBrowserProfiles({ search_key: 'shop' })
     await skyvern.getBrowserProfile('bp_1')
     await skyvern.getBrowserProfileUsage('bp_1')
     await skyvern.updateBrowserProfile('bp_1', { name: 'store' })
     await skyvern.deleteBrowserProfile('bp_1')
     await skyvern.getOrganization()`,
  )
  expect(result).toMatchObject({ code: 0, stderr: '', stdout: 'bytes\n' })
  expect(api.requests.map(({ method, path, body }) => [`${method} ${path}`, body])).toEqual([
    ['PATCH /v1/browser_sessions/pbs_1', { generate_browser_profile: true }],
    ['GET /v1/runs', undefined],
    ['POST /v1/runs/tsk_1/cancel', undefined],
    ['GET /v1/runs/tsk_1/artifacts', undefined],
    ['GET /v1/artifacts/a_1', undefined],
    ['GET /v1/artifacts/a_1/content', undefined],
    ['POST /v1/browser_profiles', { name: 'shop', browser_session_id: 'pbs_1' }],
    ['GET /v1/browser_profiles', undefined],
    ['GET /v1/browser_profiles/bp_1', undefined],
    ['GET /v1/browser_profiles/bp_1/usage', undefined],
    ['PATCH /v1/browser_profiles/bp_1', { name: 'store' }],
    ['DELETE /v1/browser_profiles/bp_1', undefined],
    ['GET /api/v1/organizations/me', undefined],
  ])
})
