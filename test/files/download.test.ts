import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KEY, run, RUN_ID, startApi } from '../support/api.ts'
import { BYTES, CONTENT, file, RUN, serveFiles, sha256 } from '../support/download.ts'

test('a file with an artifact id comes from the API, is verified, and its path is printed', async () => {
  const { api, dir, save } = await serveFiles([file()], { bytes: BYTES })
  const result = await save()
  expect(result).toMatchObject({ code: 0, stdout: `${join(dir, 'invoice.pdf')}\n` })
  expect(readFileSync(join(dir, 'invoice.pdf'))).toEqual(BYTES)
  expect(readdirSync(dir)).toEqual(['invoice.pdf'])
  const [request] = api.sent(CONTENT)
  expect(request?.path).toBe('/v1/artifacts/a_1/content')
  expect(request?.headers['x-api-key']).toBe(KEY)
})

test('--json says what was saved', async () => {
  const { dir, save } = await serveFiles([file()], { bytes: BYTES })
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
  const { api, dir, save } = await serveFiles(
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
  const { api, cli, dir, save } = await serveFiles([], { bytes: BYTES })
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
  ['another checksum', { checksum: sha256(Buffer.from('other')) }, 'SHA-256'],
  ['fewer bytes', { file_size: 100, checksum: null }, '7 bytes, not 100'],
  ['more bytes', { file_size: 3 }, 'larger than 3'],
])('a file with %s than announced is not kept', async (_, fields, said) => {
  const { dir, save } = await serveFiles([file(fields)], { bytes: BYTES })
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
  const { dir, save } = await serveFiles([file()], reply)
  const result = await save('--json', '--request-timeout', '1')
  expect(result).toMatchObject({ code: 7, stdout: '' })
  expect(result.error.code).toBe(code)
  expect(readdirSync(dir)).toEqual([])
})

test.each([
  [403, 'Invalid or expired artifact URL', 1],
  [404, 'Artifact not found a_1', 5],
  [302, '', 1],
])('an answer of %i to a download is reported', async (status, detail, exit) => {
  const elsewhere = await startApi()
  const headers = { location: `${elsewhere.url}/bucket` }
  const { dir, save } = await serveFiles([file()], { status, json: { detail }, headers })
  const result = await save()
  expect(result).toMatchObject({ code: exit, stdout: '' })
  expect(result.stderr).toContain(detail)
  expect(readdirSync(dir)).toEqual([])
  expect(elsewhere.requests).toHaveLength(0)
})

test('one file that fails does not keep the others', async () => {
  const files = [file({ filename: 'a.pdf' }), file({ filename: 'b.pdf', artifact_id: 'a_2' })]
  const { dir, save } = await serveFiles(files, ({ path }) =>
    path.includes('a_1')
      ? { status: 404, json: { detail: 'Artifact not found a_1' } }
      : { bytes: BYTES },
  )
  const result = await save('--json')
  expect(result.code).toBe(5)
  expect(result.json).toMatchObject([{ artifact_id: 'a_2' }])
  expect(readdirSync(dir)).toEqual(['b.pdf'])
})

test('Ctrl-C during a download does not leave a partial file', async () => {
  const { cli, dir } = await serveFiles([file()], {
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
