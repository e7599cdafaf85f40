/** Text in the encodings of other editors and shells, and bytes that are not text. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, KEY, run, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { SUBMIT_TASK } from '../support/routes.ts'

const PROMPT = 'Prüfe den Preis: 10 € 👍'
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le')
const ENCODED: [name: string, (text: string) => Buffer][] = [
  ['UTF-8 with a mark', (text) => Buffer.from(`\uFEFF${text}`)],
  ['UTF-16 LE', utf16],
  ['UTF-16 BE', (text) => utf16(text).swap16()],
]
const NOT_TEXT: [name: string, bytes: Buffer, said: RegExp][] = [
  ['Latin-1', Buffer.from('Prüfe', 'latin1'), /not UTF-8: byte FC at offset 2/],
  ['a cut character', Buffer.from('€').subarray(0, 2), /ends within a character, at offset/],
  ['UTF-16 without its mark', Buffer.from('Look', 'utf16le'), /NUL at character 1/],
  ['half a UTF-16 unit', Buffer.from([0xff, 0xfe, 0x41]), /mark says UTF-16LE/],
]

const TASK = ['task', 'run', '--no-session', '--no-wait']
const serve = (): Promise<Api> => startApi({ [SUBMIT_TASK]: { json: run({ status: 'queued' }) } })

test.each(ENCODED)('%s is decoded: prompts and schemas of files', async (_, encode) => {
  const api = await serve()
  const cli = cliFor(api)
  writeFileSync(join(cli.folder, 'prompt.txt'), encode(PROMPT))
  writeFileSync(join(cli.folder, 'schema.json'), encode('{"title":"ß"}'))
  const schema = ['--schema', '@schema.json']
  const file = await cli.run([...TASK, '@prompt.txt', ...schema], { cwd: cli.folder })
  expect(file.code).toBe(0)
  const [sent] = api.sent(SUBMIT_TASK)
  expect(sent?.body).toMatchObject({ prompt: PROMPT, data_extraction_schema: { title: 'ß' } })
})

test('UTF-16 on standard input is decoded too', async () => {
  const api = await serve()
  const result = await cliFor(api).run([...TASK, '-'], { input: utf16(PROMPT) })
  expect(result.code).toBe(0)
  expect(api.sent(SUBMIT_TASK)[0]?.body.prompt).toBe(PROMPT)
})

test.each(NOT_TEXT)('%s is refused before anything is sent', async (_, bytes, said) => {
  const api = await serve()
  const cli = cliFor(api)
  const result = await cli.run([...TASK, '-', '--json'], { input: bytes })
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.error.message).toMatch(said)
  expect(api.requests).toHaveLength(0)
})

test('a JSON body that is not text is refused too', async () => {
  const api = await serve()
  const body = ['api', '/v1/x', '--body-file', '-', '--json']
  const [, bytes, said] = NOT_TEXT[0] ?? []
  expect((await cliFor(api).run(body, { input: bytes })).error.message).toMatch(said ?? '')
  expect(api.requests).toHaveLength(0)
})

test('the body of another type of content is sent as it is', async () => {
  const api = await startApi({ 'POST /v1/x': { json: {} } })
  const header = ['--header', 'content-type: application/octet-stream']
  const args = ['api', '/v1/x', '--body-file', '-', ...header]
  expect(await cliFor(api).run(args, { input: Buffer.from([0xff, 0, 1]) })).toMatchObject({
    code: 0,
  })
  expect(api.requests[0]?.headers['content-type']).toBe('application/octet-stream')
})

test('a key of a marked file is the key, and a mark before an answer is skipped', async () => {
  const api = await startApi({
    'GET /v1/browser_sessions': ({ headers }) =>
      headers['x-api-key'] === KEY
        ? { text: `\uFEFF${JSON.stringify([session()])}` }
        : { status: 403, text: '\uFEFF{"detail":"Invalid credentials"}' },
  })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  writeFileSync(join(cli.folder, 'key'), utf16(`${KEY}\r\n`))
  const list = ['session', 'list', '-q', '--api-key-file', join(cli.folder, 'key')]
  expect(await cli.run(list)).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  const refused = await cli.run(['session', 'list', '--api-key', 'other-key-0123456789'])
  expect(refused.stderr).toContain('Invalid credentials')
})

test.each(ENCODED)('settings in %s are read, and kept when one is added', async (_, encode) => {
  const api = await startApi({ 'GET /v1/browser_sessions': { json: [] } })
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  const file = join(cli.folder, 'config.json')
  writeFileSync(file, encode(JSON.stringify({ 'base-url': api.url })))
  expect(await cli.run(['session', 'list', '-q'])).toMatchObject({ code: 0, stderr: '' })
  expect(api.requests).toHaveLength(1)
  expect(await cli.run(['config', 'set', 'engine', 'skyvern-1.0'])).toMatchObject({ code: 0 })
  const kept = { 'base-url': api.url, engine: 'skyvern-1.0' }
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(kept)
})

/** Nothing may go to the cloud with a key that was meant for another server. */
const BROKEN: [name: string, content: string | Buffer][] = [
  ['a cut object', '{"base-url": "http://127'],
  ['a list', '[]'],
  ['Latin-1', Buffer.from('{"base-url":"http://münchen"}', 'latin1')],
  ['a number for the base URL', '{"base-url": 8000}'],
]

async function startBroken(content: string | Buffer) {
  const api = await startApi({ 'GET /v1/browser_sessions': { json: [] } })
  const cli = createCli({ SKYVERN_API_KEY: KEY, HTTPS_PROXY: api.url })
  const file = join(cli.folder, 'config.json')
  writeFileSync(file, content)
  return { api, cli, file }
}

test.each(BROKEN)(
  'settings that are %s stop a command, and are left as they are',
  async (_, content) => {
    const { api, cli, file } = await startBroken(content)
    const result = await cli.run(['session', 'list', '--json'])
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.error.message).toContain(file)
    expect(api.connections()).toBe(0)
    expect(readFileSync(file)).toEqual(Buffer.from(content))
  },
)

test('settings that cannot be read stop whoever needs them, and nobody else', async () => {
  const { api, cli, file } = await startBroken('[]')
  for (const args of [
    ['session', 'create'],
    ['task', 'run', 'x', '--no-session'],
    ['auth', 'login', '--with-token'],
  ]) {
    const result = await cli.run([...args, '--json'], { input: KEY })
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.error.message).toContain(file)
  }
  expect(api.connections()).toBe(0)
  // Who names the server needs no settings for it.
  expect(await cli.run(['session', 'list', '--base-url', api.url])).toMatchObject({ code: 0 })
  const env = { SKYVERN_BASE_URL: api.url }
  expect(await cli.run(['session', 'list'], { env })).toMatchObject({ code: 0 })
})

test('a name that is not a setting causes a warning, because it may be a mistake', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions': { json: [] } })
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  const settings = { 'base-url': api.url, baseUrl: 'http://127.0.0.1:9' }
  writeFileSync(join(cli.folder, 'config.json'), JSON.stringify(settings))
  const { code, stderr } = await cli.run(['session', 'list'])
  expect(code).toBe(0)
  expect(stderr).toMatch(/warning: "baseUrl" in \S+config.json is not a setting/)
})
