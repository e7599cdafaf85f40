import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, KEY, startApi } from '../support/api.ts'
import { onTerminal } from '../support/pty.ts'

const LIST = 'GET /v1/credentials'
const CREATE = 'POST /v1/credentials'

test('the body of the answer goes to a pipe byte for byte', async () => {
  const text = '{ "a":  1,\n  "odd": "\u2028" }  '
  const api = await startApi({ [LIST]: { text } })
  const result = await cliFor(api).run(['api', '/v1/credentials'])
  expect(result).toMatchObject({ code: 0, stdout: text, stderr: '' })
  expect(api.requests[0]).toMatchObject({ method: 'GET', path: '/v1/credentials', query: {} })
  expect(api.requests[0]?.headers).toMatchObject({ 'x-api-key': KEY })
})

test('fields make a POST with a JSON body: -f text, -F JSON or a file', async () => {
  const api = await startApi({ [CREATE]: { status: 201, json: { credential_id: 'cred_1' } } })
  const cli = cliFor(api)
  const file = join(cli.folder, 'note.txt')
  writeFileSync(file, 'from a file')
  const result = await cli.run(
    `api v1/credentials -f name=shop -f n=1 -F count=2 -F deep={"a":[null]} -F word=yes -F note=@${file} --body extra=true`.split(
      ' ',
    ),
  )
  expect(result).toMatchObject({ code: 0, stdout: '{"credential_id":"cred_1"}' })
  expect(api.sent(CREATE)[0]?.headers['content-type']).toBe('application/json')
  expect(api.sent(CREATE)[0]?.body).toEqual({
    name: 'shop',
    n: '1',
    count: 2,
    deep: { a: [null] },
    word: 'yes',
    note: 'from a file',
    extra: true,
  })
})

test('fields of a GET are its query', async () => {
  const api = await startApi({ [LIST]: { json: [] } })
  await cliFor(api).run(
    'api /v1/credentials?page=1 -X get -f type=a&b -F page_size=5 --query x=1 --query x=2'.split(
      ' ',
    ),
  )
  expect(api.requests[0]?.query).toEqual({
    page: ['1'],
    type: ['a&b'],
    page_size: ['5'],
    x: ['1', '2'],
  })
})

test('--body-file sends a file as it is, or standard input', async () => {
  const api = await startApi({ [CREATE]: { json: {} }, 'PUT /v1/x': { json: {} } })
  const cli = cliFor(api)
  const input = '{"name":  "shop"}'
  await cli.run(['api', '/v1/credentials', '--body-file', '-'], { input })
  expect(api.requests[0]?.body).toEqual({ name: 'shop' })
  expect(api.requests[0]?.headers['content-length']).toBe(String(input.length))
  const file = join(cli.folder, 'body.json')
  writeFileSync(file, '[1]')
  await cli.run(['api', '/v1/x', '-X', 'PUT', '--body-file', file])
  expect(api.requests[1]).toMatchObject({ method: 'PUT', body: [1] })
})

test('-i prints the status line and the headers first', async () => {
  const api = await startApi({ [LIST]: { status: 202, json: [], headers: { 'x-note': 'hello' } } })
  const result = await cliFor(api).run(['api', '/v1/credentials', '-i'])
  expect(result.stdout).toMatch(/^HTTP\/1\.1 202 Accepted\n(.+\n)*x-note: hello\n(.+\n)*\n\[\]$/)
})

test.each([
  [400, 1],
  [403, 4],
  [404, 5],
  [409, 6],
  [302, 1],
])('an answer of %i is printed, and is exit %i', async (status, exit) => {
  const elsewhere = await startApi()
  const text = '{"detail":"Invalid credentials"}'
  const headers = { location: `${elsewhere.url}/x` }
  const api = await startApi({ [LIST]: { status, text, headers } })
  const result = await cliFor(api).run(['api', '/v1/credentials', '--json'])
  expect(result).toMatchObject({ code: exit, stdout: text })
  expect(result.error.http_status).toBe(status)
  expect(api.requests).toHaveLength(1)
  expect(elsewhere.requests).toHaveLength(0)
})

test.each([
  ['https://evil.example.com/v1/x'],
  ['//evil.example.com/v1/x'],
  ['\\\\evil.example.com\\v1'],
  ['http://user@127.0.0.1/v1/x'],
  ['file:///etc/passwd'],
])('%s is not asked: the key would go along', async (path) => {
  const api = await startApi()
  const result = await cliFor(api).run(['api', path])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(api.requests).toHaveLength(0)
})

test.each([
  ['C:/Program Files/Git/v1/credentials?page=2', 'skyvern api v1/credentials?page=2'],
  ['D:\\tools\\git\\api\\v1\\runs', 'skyvern api api/v1/runs'],
  ['c:/msys64/', 'skyvern api v1/…'],
])('%s, which Git Bash makes of /v1/…, says what to type', async (path, command) => {
  const api = await startApi()
  const { code, error } = await cliFor(api).run(['api', path, '--json'])
  expect(code).toBe(2)
  expect(error.message).toContain('Git Bash')
  expect(error.hint).toContain(`\`${command}\``)
  expect(error.hint).toContain('MSYS_NO_PATHCONV=1')
  expect(api.requests).toHaveLength(0)
})

test('a full address below the base URL is accepted too, and a prefix of the base URL is kept', async () => {
  const api = await startApi({ 'GET /prefix/v1/x': { json: 1 } })
  const cli = cliFor(api, { SKYVERN_BASE_URL: `${api.url}/prefix/` })
  expect(await cli.run(['api', `${api.url}/prefix/v1/x`])).toMatchObject({ code: 0, stdout: '1' })
  expect(await cli.run(['api', '/v1/x'])).toMatchObject({ code: 0, stdout: '1' })
})

test('a terminal gets JSON that can be read, and nothing that acts on it', async () => {
  const api = await startApi({
    [LIST]: (_, before) =>
      before === 0
        ? { json: { name: 'a\u001B[2Jb\u009B\u202E' } }
        : { text: 'plain\u001B]0;title\u0007' },
  })
  const cli = cliFor(api)
  const json = onTerminal(cli, ['api', '/v1/credentials'])
  expect((await json.end).code).toBe(0)
  expect(json.output.replaceAll('\r', '')).toBe('{\n  "name": "a\\u001b[2Jb\\u009b\\u202e"\n}\n')
  const text = onTerminal(cli, ['api', '/v1/credentials'])
  await text.end
  expect(text.output).toContain('plain␛]0;title<U+0007>')
})

test('--fields selects from each item of a list, and leaves an error what it is', async () => {
  const api = await startApi({ [LIST]: { json: [{ a: 1 }, { a: 2 }] } })
  const cli = cliFor(api)
  const list = await cli.run(['api', '/v1/credentials', '--fields', 'a'])
  expect(list).toMatchObject({ code: 0, stdout: '1\n2\n' })
  const unknown = await cli.run(['api', '/v1/nothing', '--fields', 'a', '--json'])
  expect(unknown).toMatchObject({ code: 5, stdout: '{"detail":"Not Found"}' })
  expect(unknown.error).toMatchObject({ code: 'not_found', http_status: 404 })
})

test('--fields selects', async () => {
  const api = await startApi({ [LIST]: { json: { a: 1, b: 'two' } } })
  const result = await cliFor(api).run(['api', '/v1/credentials', '--fields', 'b'])
  expect(result).toMatchObject({ code: 0, stdout: 'two\n' })
})

test('a dry run shows a write and sends nothing', async () => {
  const api = await startApi()
  const result = await cliFor(api).run(
    'api /v1/credentials -f password=hunter2 --dry-run'.split(' '),
  )
  expect(result.json).toEqual({
    method: 'POST',
    path: '/v1/credentials',
    query: {},
    body: { password: '••••' },
  })
  expect(api.requests).toHaveLength(0)
})

test('a write is sent once, a read again after a cut', async () => {
  const api = await startApi({ [CREATE]: 'drop', [LIST]: (_, n) => (n < 1 ? 'drop' : { json: 1 }) })
  const cli = cliFor(api)
  expect(await cli.run(['api', '/v1/credentials', '-f', 'a=1'])).toMatchObject({ code: 7 })
  expect(api.sent(CREATE)).toHaveLength(1)
  expect(await cli.run(['api', '/v1/credentials'])).toMatchObject({ code: 0, stdout: '1' })
})

test('a body that stops arriving is a timeout', async () => {
  const api = await startApi({ [LIST]: { text: 'half', after: 'stall' } })
  const result = await cliFor(api).run('api /v1/credentials --request-timeout 1 --json'.split(' '))
  expect(result).toMatchObject({ code: 7, stdout: 'half' })
  expect(result.error.code).toBe('timeout')
})

test.each([['-X TRACE'], ['-f a'], ['--body-file /nonexistent'], ['--body-file - -f a=1']])(
  'api /x %s is refused',
  async (args) => {
    const api = await startApi()
    const result = await cliFor(api).run(['api', '/x', ...args.split(' ')])
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(api.requests).toHaveLength(0)
  },
)

test.each([['/api/v1'], ['/prefix/v1/']])(
  'an absolute address below a base URL that ends in %s',
  async (root) => {
    const api = await startApi()
    const address = `${api.url}${root.startsWith('/prefix') ? '/prefix' : ''}/v1/runs`
    await cliFor(api, { SKYVERN_BASE_URL: api.url + root }).run(['api', address])
    expect(api.url + api.requests[0]?.path).toBe(address)
  },
)
