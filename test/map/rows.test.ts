/** Tables, templates and parts of `task map`, as they are read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readRows } from '../../src/map/rows.ts'
import type { InputRow } from '../../src/map/rows.ts'
import { shardOf } from '../../src/map/shard.ts'
import { textTemplate } from '../../src/map/template.ts'

function rowsOf(table: string | Buffer): Promise<InputRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-rows-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'rows')
  writeFileSync(file, table)
  return readRows(file, { key: 'id', columns: ['name'] })
}

test.each([
  ['commas and quotes', 'id,name\n1,"Ada, ""the"" L"\n2,Bob\n', 'Ada, "the" L'],
  ['semicolons, CRLF and a byte order mark', '\uFEFFid;name\r\n1;Ada, L\r\n2;Bob\r\n', 'Ada, L'],
  ['tabs', 'id\tname\n1\tAda, L\n2\tBob\n', 'Ada, L'],
  ['a line break inside quotes', 'id,name\n1,"Ada\nL"\n2,Bob\n', 'Ada\nL'],
  ['UTF-16', Buffer.from('\uFEFFid;name\r\n1;Zoë\r\n2;Bob\r\n', 'utf16le'), 'Zoë'],
  ['JSON lines', '{"id":1,"name":"Ada"}\r\n\n{"id":2,"name":"Bob","x":[1]}', 'Ada'],
])('a table with %s', async (_, table, first) => {
  expect(await rowsOf(table)).toMatchObject([
    { key: '1', values: { name: first } },
    { key: '2', values: { name: 'Bob' } },
  ])
})

test.each([
  ['a column that is not there', 'id,nam\n1,Ada\n', 'rows has no column "name".'],
  ['a key that is not there', 'no,name\n1,Ada\n', 'has no column "id"'],
  ['a key that is not there, and no row', 'no,name\n', 'has no column "id"'],
  ['bytes that are not text', Buffer.from('\xFF\xFE\0', 'latin1'), 'has no column "id"'],
  ['an empty key', 'id,name\n1,Ada\n ,Bob\n', ':3 has no key'],
  ['the same key twice', 'id,name\n1,Ada\n1,Bob\n', ':3 has the key "1" again, after line 2'],
  ['a row with more fields', 'id,name\n1,Ada\n2,Bob,x\n', 'is not valid CSV'],
  ['an open quote', 'id,name\n1,"Ada\n', 'is not valid CSV'],
  ['the same column twice', 'id,name,name\n1,Ada,A\n', 'has the column "name" twice'],
  ['another encoding', Buffer.from('id,name\n1,Zo\xEB\n', 'latin1'), ':2 is not UTF-8'],
  ['a JSON array', '[{"id":1}]', 'is a JSON array'],
  ['a line that is not JSON', '{"id":1,"name":"Ada"}\nnull\n', ':2 is not a JSON object'],
  ['a line without the column', '{"id":1,"name":"Ada"}\n{"id":2}\n', ':2 has no column "name"'],
])('%s is a usage error', async (_, table, message) => {
  await expect(rowsOf(table)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(message),
  })
})

test.each(['{name', '{}'])('the prompt %j is refused', (prompt) => {
  expect(() => textTemplate(prompt, 'The prompt')).toThrow('names no column')
})

test.each([
  [{ SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_MIN: '4', SLURM_ARRAY_TASK_COUNT: '8' }],
  [{ CI_NODE_INDEX: '2', CI_NODE_TOTAL: '8' }],
  [{ CIRCLE_NODE_INDEX: '1', CIRCLE_NODE_TOTAL: '8' }],
  [{ JOB_COMPLETION_INDEX: '1', SHARD_TOTAL: '8' }],
])('--shard auto with %j is 2/8', (env) => {
  expect(shardOf('auto', env)).toEqual(shardOf('2/8', {}))
})

test.each([
  ['9/8', {}, 'Parts count from 1'],
  ['auto', {}, 'the environment does not say'],
  ['auto', { JOB_COMPLETION_INDEX: '1' }, 'SHARD_TOTAL is not'],
])('--shard %s with %j is refused', (text, env, told) => {
  let refusal: unknown
  try {
    shardOf(text, env)
  } catch (error) {
    refusal = error
  }
  expect(refusal).toMatchObject({ code: 'usage' })
  const { message, details } = refusal as { message: string; details: { hint?: string } }
  expect(`${message} ${details.hint}`).toContain(told)
})
