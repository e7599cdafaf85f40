import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  cliFor,
  KEY,
  naiveTime,
  run,
  RUN_ID,
  session,
  SESSION_ID,
  startApi,
} from './support/api.ts'
import type { Api, Reply, Routes } from './support/api.ts'
import type { Cli } from './support/cli.ts'

const RUN = 'GET /v1/runs/*'
const ARTIFACTS = 'GET /v1/runs/*/artifacts'
const CONTENT = 'GET /v1/artifacts/*/content'
const BYTES = Buffer.from([0, 255, 128, 13, 10, 195, 40])
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const file = (fields: object = {}): object => ({
  url: 'https://storage.example.com/invoice.pdf?signature=secret',
  filename: 'invoice.pdf',
  checksum: sha256(BYTES),
  file_size: BYTES.length,
  artifact_id: 'a_1',
  modified_at: null,
  ...fields,
})

interface Setup {
  api: Api
  cli: Cli
  dir: string
  /** `task download` into the folder. */
  save: (...more: string[]) => ReturnType<Cli['run']>
}

async function serve(files: object[], content: Reply, more: Routes = {}): Promise<Setup> {
  const api = await startApi({
    [RUN]: { json: run({ downloaded_files: files }) },
    [ARTIFACTS]: { json: [] },
    [CONTENT]: content,
    ...more,
  })
  const cli = cliFor(api)
  const dir = join(cli.folder, 'files')
  const save: Setup['save'] = (...more) =>
    cli.run(['task', 'download', RUN_ID, '--dir', dir, ...more])
  return { api, cli, dir, save }
}

test('a file with an artifact id comes from the API, is verified, and its path is printed', async () => {
  const { api, dir, save } = await serve([file()], { bytes: BYTES })
  const result = await save()
  expect(result).toMatchObject({ code: 0, stdout: `${join(dir, 'invoice.pdf')}\n` })
  expect(readFileSync(join(dir, 'invoice.pdf'))).toEqual(BYTES)
  expect(readdirSync(dir)).toEqual(['invoice.pdf'])
  const [request] = api.sent(CONTENT)
  expect(request?.path).toBe('/v1/artifacts/a_1/content')
  expect(request?.headers['x-api-key']).toBe(KEY)
})

test('--json says what was saved', async () => {
  const { dir, save } = await serve([file()], { bytes: BYTES })
  expect((await save('--json')).json).toEqual([
    {
      path: join(dir, 'invoice.pdf'),
      file_size: BYTES.length,
      checksum: sha256(BYTES),
      artifact_id: 'a_1',
    },
  ])
})

test('an address at the API gets the key and our headers; one elsewhere gets neither', async () => {
  const elsewhere = await startApi({ 'GET /bucket/b.bin': { bytes: BYTES } })
  const { api, dir, save } = await serve(
    [],
    { bytes: BYTES },
    { 'GET /files/a.bin': { bytes: BYTES } },
  )
  api.routes[RUN] = {
    json: run({
      downloaded_files: [
        file({
          artifact_id: null,
          filename: 'a.bin',
          url: `${api.url}/files/a.bin?sig=a%2Fb+c%20d`,
        }),
        file({
          artifact_id: null,
          filename: 'b.bin',
          url: `${elsewhere.url}/bucket/b.bin?X-Sig=a%2Fb`,
        }),
      ],
    }),
  }
  const result = await save('--header', 'x-team: blue', '--debug')
  expect(result.code).toBe(0)
  expect(readdirSync(dir)).toEqual(['a.bin', 'b.bin'])
  const [own] = api.sent('GET /files/a.bin')
  expect(own?.headers).toMatchObject({ 'x-api-key': KEY, 'x-team': 'blue' })
  expect(own?.query).toEqual({ sig: ['a/b c d'] })
  const [foreign] = elsewhere.requests
  expect(foreign?.headers['x-api-key']).toBeUndefined()
  expect(foreign?.headers['x-team']).toBeUndefined()
  expect(foreign?.query).toEqual({ 'X-Sig': ['a/b'] })
  expect(result.stderr).not.toContain('a%2Fb')
})

test('file:// is refused, and read only from this machine and when asked', async () => {
  const { api, cli, dir, save } = await serve([], { bytes: BYTES })
  const secret = join(cli.folder, 'secret.bin')
  writeFileSync(secret, BYTES)
  api.routes[RUN] = {
    json: run({ downloaded_files: [file({ artifact_id: null, url: `file://${secret}` })] }),
  }
  const refused = await save('--json')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.error.hint).toContain('--allow-file-urls')
  expect(readdirSync(dir)).toEqual([])
  expect(await save('--allow-file-urls')).toMatchObject({ code: 0 })
  expect(readFileSync(join(dir, 'invoice.pdf'))).toEqual(BYTES)
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['/etc/shadow', 'shadow'],
  ['..\\..\\windows\\win.ini', 'win.ini'],
  ['.bashrc', '_bashrc'],
  ['..', 'download'],
  ['', 'invoice.pdf'],
  ['a\u0000\u001B[2Jb\u202Egpj.exe', 'a__[2Jb_gpj.exe'],
  ['nul.txt', '_nul.txt'],
  ['Rechnung März №7.pdf', 'Rechnung März №7.pdf'],
  [`${'x'.repeat(400)}.tar.gz`, `${'x'.repeat(50)}.tar.gz`],
])('the file name %j becomes %j', async (filename, saved) => {
  const url = filename === '..' ? 'https://storage.example.com/' : 'https://x.example/a/invoice.pdf'
  const { dir, save } = await serve([file({ filename, url })], { bytes: BYTES })
  const result = await save()
  expect(result).toMatchObject({ code: 0, stdout: `${join(dir, saved)}\n` })
  expect(readdirSync(dir)).toEqual([saved])
})

test('two files with one name are both kept', async () => {
  const files = [
    file(),
    file({ filename: 'Invoice.pdf', artifact_id: 'a_2' }),
    file({ filename: 'x/invoice.pdf' }),
  ]
  const { dir, save } = await serve(files, { bytes: BYTES })
  expect(await save()).toMatchObject({ code: 0 })
  expect(readdirSync(dir).toSorted()).toEqual(['Invoice (2).pdf', 'invoice (3).pdf', 'invoice.pdf'])
})

test('a file that exists is left alone with exit 6, replaced with --overwrite, fine when it is the same', async () => {
  const { api, dir, save } = await serve([file()], { bytes: BYTES })
  mkdirSync(dir)
  writeFileSync(join(dir, 'invoice.pdf'), 'mine')
  const result = await save('--json')
  expect(result).toMatchObject({ code: 6, stdout: '' })
  expect(result.error.code).toBe('conflict')
  expect(readFileSync(join(dir, 'invoice.pdf'), 'utf8')).toBe('mine')
  expect(api.sent(CONTENT)).toHaveLength(0)

  expect(await save('--overwrite')).toMatchObject({ code: 0 })
  expect(readFileSync(join(dir, 'invoice.pdf'))).toEqual(BYTES)
  expect(await save()).toMatchObject({ code: 0, stdout: `${join(dir, 'invoice.pdf')}\n` })
  expect(api.sent(CONTENT)).toHaveLength(1)
})

test.each([
  ['another checksum', { checksum: sha256(Buffer.from('other')) }, 'SHA-256'],
  ['fewer bytes', { file_size: 100, checksum: null }, '7 bytes, not 100'],
  ['more bytes', { file_size: 3 }, 'larger than 3'],
])('a file with %s than announced is not kept', async (_, fields, said) => {
  const { dir, save } = await serve([file(fields)], { bytes: BYTES })
  const result = await save('--json')
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.error).toMatchObject({ code: 'bad_response', retryable: true })
  expect(result.error.message).toContain(said)
  expect(readdirSync(dir)).toEqual([])
})

test.each([
  ['cut', { bytes: BYTES, headers: { 'content-length': '100' }, after: 'cut' }, 'network'],
  ['silent', { bytes: BYTES, headers: { 'content-length': '100' }, after: 'stall' }, 'timeout'],
] as const)('a download that is %s leaves nothing behind', async (_, reply, code) => {
  const { dir, save } = await serve([file()], reply)
  const result = await save('--json', '--request-timeout', '1')
  expect(result).toMatchObject({ code: 7, stdout: '' })
  expect(result.error.code).toBe(code)
  expect(readdirSync(dir)).toEqual([])
})

test.each([
  [403, 'Invalid or expired artifact URL', 1],
  [404, 'Artifact not found a_1', 5],
  [302, '', 1],
])('an answer of %i to a download is told', async (status, detail, exit) => {
  const elsewhere = await startApi()
  const headers = { location: `${elsewhere.url}/bucket` }
  const { dir, save } = await serve([file()], { status, json: { detail }, headers })
  const result = await save()
  expect(result).toMatchObject({ code: exit, stdout: '' })
  expect(result.stderr).toContain(detail)
  expect(readdirSync(dir)).toEqual([])
  expect(elsewhere.requests).toHaveLength(0)
})

test('one file that fails does not keep the others', async () => {
  const files = [file({ filename: 'a.pdf' }), file({ filename: 'b.pdf', artifact_id: 'a_2' })]
  const { dir, save } = await serve(files, ({ path }) =>
    path.includes('a_1')
      ? { status: 404, json: { detail: 'Artifact not found a_1' } }
      : { bytes: BYTES },
  )
  const result = await save('--json')
  expect(result.code).toBe(5)
  expect(result.json).toMatchObject([{ artifact_id: 'a_2' }])
  expect(readdirSync(dir)).toEqual(['b.pdf'])
})

test('Ctrl-C during a download leaves no half file', async () => {
  const { cli, dir } = await serve([file()], {
    bytes: BYTES,
    headers: { 'content-length': '100' },
    after: 'stall',
  })
  const running = cli.start(['task', 'download', RUN_ID, '--dir', dir])
  await expect.poll(() => existsSync(dir) && readdirSync(dir).length, { timeout: 30_000 }).toBe(1)
  running.child.kill('SIGINT')
  expect(await running.result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(readdirSync(dir)).toEqual([])
})

test('the recording comes along, by its artifact or by its address', async () => {
  const { api, dir, save } = await serve([], { bytes: BYTES })
  const uri = 's3://bucket/o_1/rec.webm'
  api.routes[ARTIFACTS] = {
    json: [{ artifact_id: 'a_9', artifact_type: 'recording', uri, created_at: naiveTime() }],
  }
  expect(await save()).toMatchObject({ code: 0, stdout: `${join(dir, 'recording-a_9.webm')}\n` })
  expect(api.sent(ARTIFACTS)[0]?.query).toEqual({ artifact_type: ['recording'] })

  api.routes[ARTIFACTS] = { json: [] }
  api.routes[RUN] = { json: run({ recording_url: `${api.url}/rec/video.webm?sig=1` }) }
  api.routes['GET /rec/video.webm'] = { bytes: BYTES }
  expect(await save()).toMatchObject({ code: 0, stdout: `${join(dir, 'video.webm')}\n` })
})

test('--type chooses artifacts, and artifacts lists them', async () => {
  const { api, dir, save, cli } = await serve([file()], { bytes: BYTES })
  const artifacts = [
    {
      artifact_id: 'a_7',
      artifact_type: 'har',
      uri: 's3://b/x.har',
      file_size: 7,
      created_at: '2026-11-23T06:57:54',
    },
  ]
  api.routes[ARTIFACTS] = { json: artifacts }
  expect(await save('--type', 'har,trace')).toMatchObject({
    code: 0,
    stdout: `${join(dir, 'har-a_7.har')}\n`,
  })
  expect(api.sent(ARTIFACTS)[0]?.query).toEqual({ artifact_type: ['har', 'trace'] })
  const listed = await cli.run(['task', 'artifacts', RUN_ID])
  expect(listed.stdout).toBe('a_7\thar\t7\t2026-11-23T06:57:54Z\n')
  expect((await cli.run(['task', 'artifacts', RUN_ID, '--json'])).json[0].uri).toBe('s3://b/x.har')
})

test('artifacts of an unknown run are exit 5, though the server lists none', async () => {
  const detail = `Task run not found ${RUN_ID}`
  const { cli } = await serve([], 'hang', { [RUN]: { status: 404, json: { detail } } })
  expect(await cli.run(['task', 'artifacts', RUN_ID])).toMatchObject({ code: 5, stdout: '' })
})

test('session download saves what was downloaded in the session, and its recordings', async () => {
  const { api, cli, dir } = await serve([], { bytes: BYTES })
  api.routes['GET /v1/browser_sessions/*'] = {
    json: session({
      downloaded_files: [file()],
      recordings: [
        file({ filename: null, artifact_id: 'a_2', url: 'https://s.example/rec.webm?x=1' }),
      ],
    }),
  }
  const result = await cli.run(['session', 'download', SESSION_ID, '--dir', dir])
  expect(result.code).toBe(0)
  expect(readdirSync(dir).toSorted()).toEqual(['invoice.pdf', 'rec.webm'])
})

test('nothing to download is no failure', async () => {
  const { save } = await serve([], 'hang')
  const result = await save('--json')
  expect(result).toMatchObject({ code: 0, stdout: '[]\n' })
})

const TASK = ['task', 'run', 'Download the invoice', '--no-session', '--download-dir']

test('task run --download-dir saves the downloads and prints the output alone', async () => {
  const { api, cli, dir } = await serve([file()], { bytes: BYTES })
  api.routes['POST /v1/run/tasks'] = { json: run({ status: 'queued' }) }
  const result = await cli.run([...TASK, dir])
  expect(result.code).toBe(0)
  expect(JSON.parse(result.stdout)).toEqual(['INV-1', 'INV-2'])
  expect(readdirSync(dir)).toEqual(['invoice.pdf'])
})

test('a failed run keeps its exit status and leaves its downloads', async () => {
  const { api, cli, dir } = await serve([], { bytes: BYTES })
  api.routes['POST /v1/run/tasks'] = { json: run({ status: 'queued' }) }
  api.routes[RUN] = { json: run({ status: 'failed', downloaded_files: [file()] }) }
  expect(await cli.run([...TASK, dir])).toMatchObject({ code: 3, stdout: '' })
  expect(readdirSync(dir)).toEqual(['invoice.pdf'])
})

test('a download that fails does not keep the output of the run back', async () => {
  const { api, cli, dir } = await serve([file({ checksum: 'f'.repeat(64) })], { bytes: BYTES })
  api.routes['POST /v1/run/tasks'] = { json: run({ status: 'queued' }) }
  const result = await cli.run([...TASK, dir])
  expect(result.code).toBe(1)
  expect(JSON.parse(result.stdout)).toEqual(['INV-1', 'INV-2'])
})

test('a folder that cannot be made is refused before anything is submitted', async () => {
  const { api, cli } = await serve([], 'hang')
  const blocked = join(cli.folder, 'file')
  writeFileSync(blocked, '')
  expect(await cli.run([...TASK, join(blocked, 'x')])).toMatchObject({ code: 2, stdout: '' })
  expect(await cli.run([...TASK, 'x', '--no-wait'])).toMatchObject({ code: 2, stdout: '' })
  expect(api.requests).toHaveLength(0)
  expect(existsSync(join(cli.folder, 'x'))).toBe(false)
})
