/** Tables and options that `task map` refuses before anything is sent, and the forms that it takes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createCli } from '../support/cli.ts'
import { completed, linesOf, setUp } from '../support/map.ts'

const MAP = ['task', 'map', '-', 'Look up {name}', '--key', 'id', '--results', 'out.jsonl']

/** Dry, so that no server is needed. */
const dry = (input: string | Buffer, ...more: string[]) => {
  const cli = createCli()
  const file = join(cli.folder, 'rows')
  writeFileSync(file, input)
  const args = MAP.map((arg) => (arg === '-' ? file : arg))
  return cli.run([...args, '--dry-run', '--json', ...more])
}

const prompts = async (input: string | Buffer, ...more: string[]): Promise<string[]> =>
  (await dry(input, ...more)).json.map(({ body }: { body: { prompt: string } }) => body.prompt)

test.each([
  ['commas and quotes', 'id,name\n1,"Ada, ""the"" L"\n2,Bob\n', 'Look up Ada, "the" L'],
  ['JSON lines', '{"id":1,"name":"Ada"}\r\n\n{"id":2,"name":"Bob","x":[1]}', 'Look up Ada'],
])('a table with %s', async (_, table, first) => {
  expect(await prompts(table)).toEqual([first, 'Look up Bob'])
})

test.each([
  ['a column that is not there', 'id,nam\n1,Ada\n', 'rows has no column "name".'],
  ['the same key twice', 'id,name\n1,Ada\n1,Bob\n', ':3 has the key "1" again, after line 2'],
])('%s is a usage error', async (_, table, message) => {
  const result = await dry(table)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.error.message).toContain(message)
})

test('columns fill the address percent-encoded, the schema and --body; {{ is a brace', async () => {
  const options = ['--url', 'https://shop.example.com/?q={name}', '--schema', '{"title":"{name}"}']
  const note = ['--body', 'note={"of":["{{{name}"]}']
  const { json, stderr } = await dry('{"id":1,"name":"Ada & Bob"}', ...options, ...note)
  expect(json[0].body).toMatchObject({
    url: 'https://shop.example.com/?q=Ada%20%26%20Bob',
    data_extraction_schema: { title: 'Ada & Bob' },
    note: { of: ['{Ada & Bob'] },
  })
  expect(stderr).toContain('1 row over 1 session, up to 3 tries each')
})

test('a whole address may come from the table, and must be valid', async () => {
  const good = await dry('id,name\n1,https://shop.example.com/a?b=c\n', '--url', '{name}')
  expect(good.json[0].body.url).toBe('https://shop.example.com/a?b=c')
  const bad = await dry('id,name\n1,shop\n', '--url', '{name}')
  expect(bad).toMatchObject({ code: 2 })
  expect(bad.error.message).toContain('Row "1" has no http(s) address: "shop"')
})

test('a prompt with an open brace is refused', async () => {
  const cli = createCli()
  const args = MAP.map((arg) => (arg === 'Look up {name}' ? '{name' : arg))
  const result = await cli.run([...args, '--dry-run'], { input: 'id,name\n1,Ada\n' })
  expect(result).toMatchObject({ code: 2 })
  expect(result.stderr).toContain('names no column')
})

test('a row of a megabyte is sent completely', async () => {
  const { cloud, cli, rows, results, args } = await setUp(1)
  const long = 'x'.repeat(1_000_000)
  writeFileSync(rows, `id,customer\n1,${long}\n`)
  expect(await cli.run(args)).toMatchObject({ code: 0 })
  expect([...cloud.runs.values()][0]?.prompt).toBe(`Look up ${long}`)
  expect(completed(results)).toEqual(['1'])
})

test('a results file of another table is refused, and says which it is of', async () => {
  const { cloud, cli, rows, args } = await setUp(2)
  expect(await cli.run(args)).toMatchObject({ code: 0 })
  const other = await cli.run(args.map((arg) => (arg === 'id' ? 'customer' : arg)))
  expect(other).toMatchObject({ code: 2 })
  expect(other.stderr).toContain('has the results of the key column id, not customer')
  writeFileSync(rows, 'id,customer\nz1,Zoë\n')
  const table = await cli.run(args)
  expect(table).toMatchObject({ code: 2 })
  expect(table.stderr).toContain(`has the results of the table ${rows}`)
  expect(cloud.runs.size).toBe(2)
})

test('a file that is not a results file is refused and not changed', async () => {
  const { cli, results, args } = await setUp(1)
  writeFileSync(results, 'my notes')
  expect(await cli.run(args)).toMatchObject({ code: 2 })
  writeFileSync(results, '{"my":"data"}\n')
  const result = await cli.run(args)
  expect(result).toMatchObject({ code: 2 })
  expect(result.stderr).toContain('out.jsonl:1 is not a line of a results file')
})

test.runIf(process.platform === 'linux')(
  'a device is not a results file: reading one may never end',
  async () => {
    const { cli, args } = await setUp(1)
    const { code, stderr } = await cli.run([...args.slice(0, -1), '/dev/full'])
    expect(code).toBe(2)
    expect(stderr).toContain('/dev/full cannot be used for results: it is not a plain file.')
  },
)

test('two processes on one results file: the second is refused', async () => {
  const { cloud, cli, args } = await setUp(2, { runs: [4000, 4000] })
  const first = cli.start(args)
  while (cloud.runs.size < 1) await sleep(20)
  const second = await cli.run([...args, '--json'])
  expect(second.code).toBe(6)
  expect(second.error).toMatchObject({ code: 'conflict' })
  first.child.kill('SIGTERM')
  await first.result
  expect(cloud.runs.size).toBe(2)
})

test('an unknown profile: exit 5, and nothing was opened', async () => {
  const { cloud, cli, args } = await setUp(1)
  const result = await cli.run([...args, '--profile', 'nope'])
  expect(result).toMatchObject({ code: 5 })
  expect(cloud.sessions.size).toBe(0)
})

test('shards: each row in exactly one, and the same ones every time', async () => {
  const { cloud, cli, results, args } = await setUp(6)
  const parts: string[][] = []
  for (const shard of ['1/3', '2/3', '3/3']) {
    const file = results.replace('out', `out-${shard[0]}`)
    const command = args.map((arg) => (arg === results ? file : arg))
    expect(await cli.run([...command, '--sessions', '6', '--shard', shard])).toMatchObject({
      code: 0,
    })
    parts.push(completed(file))
    expect(linesOf(file)[0]).toMatchObject({ shard })
  }
  expect(parts.flat().sort()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5'])
  expect(cloud.runs.size).toBe(6)
  const file = results.replace('out', 'out-1')
  const other = args.map((arg) => (arg === results ? file : arg))
  expect(await cli.run([...other, '--shard', '2/3'])).toMatchObject({ code: 2 })
})

test('--shard auto is the part that the job system says, and is refused where none does', async () => {
  const cli = createCli()
  const rows = Array.from({ length: 40 }, (_, at) => `${at},${at}`)
  const input = ['id,name', ...rows].join('\n')
  const env = { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_MIN: '4', SLURM_ARRAY_TASK_COUNT: '8' }
  const auto = await cli.run([...MAP, '--dry-run', '--shard', 'auto'], { input, env })
  const given = await cli.run([...MAP, '--dry-run', '--shard', '2/8'], { input })
  expect(auto).toMatchObject({ code: 0, stdout: given.stdout })
  const refused = await cli.run([...MAP, '--dry-run', '--shard', 'auto'], { input })
  expect(refused).toMatchObject({ code: 2 })
  expect(refused.stderr).toContain('the environment does not say')
})
