/** Files that go with a task: `--file`, and `api --form`. */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cliFor, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Routes } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { SUBMIT_TASK } from '../support/routes.ts'

const UPLOAD = 'POST /v1/upload_file'
const DELETE = 'DELETE /v1/files/*'
const TASK = ['task', 'run', 'Fill in the form', '--session', SESSION_ID]
const TAKEN = run({ status: 'completed', run_request: { file_ids: ['file_1', 'file_2'] } })

const routes = (more: Routes = {}): Routes => ({
  'GET /v1/browser_sessions/*': { json: session() },
  [UPLOAD]: (_, before) => ({ json: { file_id: `file_${before + 1}` } }),
  [DELETE]: { status: 204, text: '' },
  [SUBMIT_TASK]: { json: TAKEN },
  'GET /v1/runs/*': { json: TAKEN },
  ...more,
})

/** Files in the folder of the binary; their paths. */
function filesIn(folder: string, contents: Record<string, string>): string[] {
  return Object.entries(contents).map(([name, content]) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  })
}

const attached = (paths: string[]): string[] => paths.flatMap((path) => ['--file', path])

test('files are uploaded one by one, and the task gets their ids', async () => {
  const api = await startApi(routes())
  const cli = cliFor(api)
  const names = { 'a "quoted" ü.txt': 'first, with\r\n--line breaks', 'b.txt': 'second' }
  const result = await cli.run([...TASK, ...attached(filesIn(cli.folder, names))])
  expect(result.code).toBe(0)
  const [first, second] = api.sent(UPLOAD)
  expect(first?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
  expect(first?.body).toContain('name="file"; filename="a %22quoted%22 ü.txt"')
  expect(first?.body).toContain('\r\n\r\nfirst, with\r\n--line breaks\r\n--')
  expect(second?.body).toContain('\r\n\r\nsecond\r\n--')
  expect(api.sent(SUBMIT_TASK)[0]?.body).toMatchObject({ file_ids: ['file_1', 'file_2'] })
  expect(api.sent(DELETE)).toEqual([])
})

test('an upload is the same bytes in parts that other programs read', async () => {
  let seen: FormData | undefined
  const url = await receive(async (message) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk as Buffer)
    const headers = { 'content-type': message.headers['content-type'] ?? '' }
    seen = await new Response(Buffer.concat(chunks), { headers }).formData()
    return { file_id: 'file_1' }
  })
  const cli = createCli({ SKYVERN_BASE_URL: url, SKYVERN_API_KEY: 'key' })
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256))
  const path = join(cli.folder, 'bytes.bin')
  writeFileSync(path, bytes)
  const form = ['--form', `file=@${path}`, '--form', 'retention_days=3', '--form', 'tag=a=b']
  const result = await cli.run(['api', '/v1/upload_file', ...form])
  expect(result).toMatchObject({ code: 0, stdout: '{"file_id":"file_1"}' })
  expect(seen?.get('retention_days')).toBe('3')
  expect(seen?.get('tag')).toBe('a=b')
  const file = seen?.get('file') as File
  expect(file.name).toBe('bytes.bin')
  expect(digest(Buffer.from(await file.arrayBuffer()))).toBe(digest(bytes))
})

test.each([
  ['is refused', { [SUBMIT_TASK]: { status: 422, json: { detail: 'no' } } }, 1],
  [
    'never arrives',
    {
      [UPLOAD]: (_: unknown, before: number) =>
        before === 0
          ? { json: { file_id: 'file_1' } }
          : { status: 413, json: { detail: 'too large' } },
    },
    1,
  ],
] as [string, Routes, number][])(
  'when the submit %s, what was uploaded is deleted',
  async (_, more, code) => {
    const api = await startApi(routes(more))
    const cli = cliFor(api)
    const paths = filesIn(cli.folder, { 'a.txt': 'a', 'b.txt': 'b' })
    const result = await cli.run([...TASK, ...attached(paths)])
    expect(result).toMatchObject({ code, stdout: '' })
    const uploaded =
      api.sent(SUBMIT_TASK).length === 0
        ? ['/v1/files/file_1']
        : ['/v1/files/file_1', '/v1/files/file_2']
    expect(api.sent(DELETE).map(({ path }) => path)).toEqual(uploaded)
  },
)

test('when it is not known whether the task was submitted, its files are left', async () => {
  const api = await startApi(routes({ [SUBMIT_TASK]: 'drop', 'GET /v1/runs': { json: [] } }))
  const cli = cliFor(api)
  const running = cli.start([...TASK, ...attached(filesIn(cli.folder, { 'a.txt': 'a' }))])
  await running.said('The answer was lost')
  running.child.kill('SIGINT')
  const { signal } = await running.result
  expect(signal).toBe('SIGINT')
  expect(api.sent(DELETE)).toEqual([])
})

test('a file that cannot be deleted is named with the command that deletes it', async () => {
  const api = await startApi(
    routes({
      [SUBMIT_TASK]: { status: 422, json: { detail: 'no' } },
      [DELETE]: { status: 500, json: {} },
    }),
  )
  const cli = cliFor(api)
  const result = await cli.run([
    ...TASK,
    ...attached(filesIn(cli.folder, { 'a.txt': 'a' })),
    '--max-retries',
    '0',
  ])
  expect(result.code).toBe(1)
  expect(result.stderr).toContain('skyvern api -X DELETE /v1/files/file_1')
})

test('what cannot be sent is refused before anything is', async () => {
  const api = await startApi(routes())
  const cli = cliFor(api)
  const [empty = '', good = ''] = filesIn(cli.folder, { 'empty.txt': '', 'good.txt': 'x' })
  const cases: [string[], RegExp][] = [
    [[join(cli.folder, 'gone.txt')], /gone\.txt cannot be read: the file does not exist/],
    [[good, cli.folder], /is a folder, not a file/],
    [[empty], /empty\.txt is empty/],
    [['/dev/null'], /is not a file/],
    [Array.from({ length: 51 }, () => good), /at most 50 files, not 51/],
  ]
  const results = await Promise.all(cases.map(([paths]) => cli.run([...TASK, ...attached(paths)])))
  for (const [index, { code, stderr }] of results.entries()) {
    expect([code, stderr]).toEqual([2, expect.stringMatching(cases[index]?.[1] ?? '')])
  }
  expect(api.requests).toEqual([])
})

test.each([
  ['vanishes', (path: string) => rmSync(path), /no longer|cannot be read|no more/],
  ['shrinks', (path: string) => truncateSync(path, 1), /changed while it was being sent/],
  ['is written to', (path: string) => utimesSync(path, 1, 1), /changed while it was being sent/],
])('a file that %s after the check is not sent as if it were complete', async (_, change, told) => {
  const paths: string[] = []
  // The first upload goes on until the second file has changed.
  const api = await startApi(
    routes({
      [UPLOAD]: () => {
        change(paths[1] ?? '')
        return { json: { file_id: 'file_1' } }
      },
    }),
  )
  const cli = cliFor(api)
  paths.push(...filesIn(cli.folder, { 'a.txt': 'a', 'b.txt': 'b'.repeat(100_000) }))
  const result = await cli.run([...TASK, ...attached(paths)])
  expect(result.code).toBe(2)
  expect(result.stderr).toMatch(told)
  expect(api.sent(SUBMIT_TASK)).toEqual([])
  expect(api.sent(DELETE).map(({ path }) => path)).toEqual(['/v1/files/file_1'])
})

test('an older server runs without the files: a warning, and with --strict the run is canceled', async () => {
  let status = 'running'
  const old = (): object => ({ json: run({ status, run_request: { prompt: 'x' } }) })
  const api = await startApi(
    routes({
      [SUBMIT_TASK]: old,
      'GET /v1/runs/*': old,
      'POST /v1/runs/*/cancel': () => {
        status = 'canceled'
        return { json: null }
      },
    }),
  )
  const cli = cliFor(api)
  const task = [...TASK, '--no-wait', ...attached(filesIn(cli.folder, { 'a.txt': 'a' }))]
  const warned = await cli.run(task)
  expect(warned.code).toBe(0)
  expect(warned.stderr).toContain('older than 1.0.56')
  const refused = await cli.run([...task, '--strict'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('was canceled (--strict)')

  status = 'running'
  api.routes['POST /v1/runs/*/cancel'] = { status: 500, json: {} }
  const open = await cli.run([...task, '--strict', '--json'])
  expect(open.code).toBe(75)
  expect(open.error).toMatchObject({ run_id: RUN_ID, message: expect.stringContaining('goes on') })
})

test('a server without uploads is reported as such', async () => {
  const api = await startApi(routes({ [UPLOAD]: { status: 404, json: { detail: 'Not Found' } } }))
  const cli = cliFor(api)
  const result = await cli.run([
    ...TASK,
    ...attached(filesIn(cli.folder, { 'a.txt': 'a' })),
    '--json',
  ])
  expect(result.code).toBe(1)
  expect(result.error.message).toMatch(
    /does not have POST \/v1\/upload_file, which needs Skyvern 1\.0\.50 or later\.$/,
  )
})

test('Ctrl-C during an upload ends it, and deletes what was uploaded', async () => {
  const api = await startApi(
    routes({ [UPLOAD]: (_, before) => (before === 0 ? { json: { file_id: 'file_1' } } : 'hang') }),
  )
  const cli = cliFor(api)
  const paths = filesIn(cli.folder, { 'a.txt': 'a', 'b.txt': 'b' })
  const running = cli.start([...TASK, ...attached(paths), '--debug'])
  await running.said('POST /v1/upload_file → 200')
  await expect.poll(() => api.sent(UPLOAD).length).toBe(2)
  running.child.kill('SIGINT')
  expect((await running.result).signal).toBe('SIGINT')
  expect(api.sent(SUBMIT_TASK)).toEqual([])
  expect(api.sent(DELETE).map(({ path }) => path)).toEqual(['/v1/files/file_1'])
})

// Only Linux says how much memory a process has had.
test.runIf(process.platform === 'linux')(
  'a large file goes up without being kept in memory',
  async () => {
    let bytes = 0
    let peak = 0
    const url = await receive(async (message) => {
      for await (const chunk of message) bytes += (chunk as Buffer).length
      const [, kilobytes] =
        /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${running.child.pid}/status`, 'utf8')) ?? []
      peak = Number(kilobytes) / 1024
      return { file_id: 'file_1' }
    })
    const cli = createCli({ SKYVERN_BASE_URL: url, SKYVERN_API_KEY: 'key' })
    const path = join(cli.folder, 'large.bin')
    const size = 256 * 1024 ** 2
    writeFileSync(path, '')
    truncateSync(path, size)
    const running = cli.start(['api', '/v1/upload_file', '--form', `file=@${path}`])
    expect((await running.result).code).toBe(0)
    expect(bytes).toBeGreaterThan(size)
    expect(peak).toBeGreaterThan(20)
    expect(peak).toBeLessThan(120)
  },
)

/** A server that takes what it is sent, without keeping it. */
async function receive(answer: (message: IncomingMessage) => Promise<object>): Promise<string> {
  const server = createServer(async (message, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(await answer(message)))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
