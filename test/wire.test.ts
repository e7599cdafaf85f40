import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cliFor, KEY, startApi } from './support/api.ts'
import { EXCHANGES } from './support/wire.ts'
import { PROOFS, wirePage } from './support/wire-page.ts'

test.each(EXCHANGES)('$title', async ({ route, args, query = {}, body, reply, around, fields }) => {
  const api = await startApi({ ...around, [route]: reply ?? { json: {} } })
  const cli = cliFor(api)
  const result = await cli.run(args, { cwd: cli.folder })
  expect(result.stderr).not.toContain('error:')
  expect(result.code).toBe(0)
  const [sent, ...more] = api.sent(route)
  expect(more.length === 0 || sent?.method === 'GET').toBe(true)
  expect({ query: sent?.query, body: sent?.body }).toEqual({ query, body })
  expect(sent?.headers).toMatchObject({
    'x-api-key': KEY,
    'x-user-agent': 'skyvern-cli',
    ...(body !== undefined && { 'content-type': 'application/json' }),
  })
  // The page names no field that was not sent.
  const named = fields.map(([, wire]) => wire).filter((wire) => /^[\w.]+$/.test(wire))
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
    const text = readFileSync(new URL(`${file}.test.ts`, import.meta.url), 'utf8')
    expect(text.includes(name), `${file}: ${name}`).toBe(true)
  }
})

test('docs/wire.md is this table', async () => {
  await expect(wirePage()).toMatchFileSnapshot('../docs/wire.md')
})
