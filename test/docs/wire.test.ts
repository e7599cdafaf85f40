import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, KEY, RUN_ID, startApi } from '../support/api.ts'
import { EXCHANGES } from '../support/wire.ts'
import { PROOFS, wirePage } from '../support/wire-page.ts'

/** The request options, with every command. */
const OPTIONS = ['--header', 'x-team: blue', '--query', 'extra=1', '--body', 'extra=true']

test.each(EXCHANGES)('$title', async (row) => {
  const { route, args, query = {}, body, reply, around, aside, files = {} } = row
  const api = await startApi({ ...around, [route]: reply ?? { json: {} } })
  const cli = cliFor(api)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cli.folder, name), text)
  const result = await cli.run([...args, ...OPTIONS], { cwd: cli.folder })
  expect(result.stderr).not.toContain('error:')
  expect(result.code).toBe(0)
  const [sent, ...more] = api.sent(route)
  expect(more.length === 0 || sent?.method === 'GET').toBe(true)
  expect(sent?.query).toEqual({ ...query, ...(!aside && { extra: ['1'] }) })
  expect(sent?.body).toEqual(aside ? body : { ...(body as object | undefined), extra: true })
  expect(sent?.headers).toMatchObject({
    'x-user-agent': 'skyvern-cli',
    ...(sent?.body !== undefined && { 'content-type': 'application/json' }),
  })
  // Headers and the key go with every request, the rest with the one that the command is about.
  for (const request of api.requests) {
    expect(request.headers).toMatchObject({ 'x-api-key': KEY, 'x-team': 'blue' })
    const main = aside ? request.path === `/v1/runs/${RUN_ID}` : api.sent(route).includes(request)
    expect('extra' in request.query).toBe(main)
  }
  // The page names no field that was not sent.
  const named = row.fields.map(([, wire]) => wire).filter((wire) => /^[\w.]+$/.test(wire))
  for (const wire of named.filter((name) => name !== 'path' && name !== 'none')) {
    expect(wire.startsWith('query.') ? query : body).toHaveProperty(wire.replace('query.', ''))
  }
})

test('every field that is sent is on the page', () => {
  const page = wirePage()
  for (const { query = {}, body = {} } of EXCHANGES) {
    for (const name of [...Object.keys(query), ...Object.keys(body as object)]) {
      expect(page).toContain(`\`${name}\``)
    }
  }
})

test('the tests that the page names exist', () => {
  for (const [file, name] of PROOFS) {
    const text = readFileSync(new URL(`../${file}.test.ts`, import.meta.url), 'utf8')
    expect(text.includes(name), `${file}: ${name}`).toBe(true)
  }
})

test('docs/wire.md is this table', async () => {
  await expect(wirePage()).toMatchFileSnapshot('../../docs/wire.md')
})
