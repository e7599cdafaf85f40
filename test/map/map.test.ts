/** `task map`: a task a row over a pool of sessions, each row exactly once. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { Cloud } from '../support/cloud.ts'
import type { CloudOptions } from '../support/cloud.ts'

interface Setup {
  cloud: Cloud
  cli: Cli
  rows: string
  results: string
  args: string[]
}

async function setUp(count: number, options: CloudOptions = {}): Promise<Setup> {
  const cloud = await new Cloud({ runs: [20, 60], ...options }).start()
  onTestFinished(() => cloud.stop())
  const cli = createCli({
    SKYVERN_BASE_URL: cloud.url,
    SKYVERN_API_KEY: 'test-key-0123456789abcdef',
  })
  const rows = join(cli.folder, 'rows.csv')
  const results = join(cli.folder, 'out.jsonl')
  const lines = Array.from({ length: count }, (_, at) => `c${at},Customer ${at}`)
  writeFileSync(rows, ['id,customer', ...lines].join('\n'))
  const args = ['task', 'map', rows, 'Look up {customer}', '--key', 'id', '--results', results]
  return { cloud, cli, rows, results, args }
}

interface Line {
  key?: string
  status?: string
  [field: string]: unknown
}

const linesOf = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const completed = (file: string): string[] =>
  linesOf(file)
    .filter(({ status }) => status === 'completed')
    .map(({ key }) => key ?? '')
    .sort()

test('every row is run once, over as many sessions as asked for, and all are closed', async () => {
  const { cloud, cli, results, args } = await setUp(12)
  const result = await cli.run([...args, '--sessions', '3'])
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(result.stderr).toContain('12 done, 0 failed')
  expect(completed(results)).toHaveLength(12)
  expect(new Set(completed(results)).size).toBe(12)
  expect(cloud.runs.size).toBe(12)
  expect(cloud.doubled()).toEqual([])
  expect(cloud.mostOpen).toBe(3)
  expect(cloud.open()).toEqual([])
  const line = linesOf(results).find(({ key, status }) => key === 'c7' && status === 'completed')
  expect(line).toMatchObject({ output: { said: 'Look up Customer 7' }, failure: null, tries: 1 })
  expect(Object.keys(line ?? {})).toEqual(
    expect.arrayContaining(['run_id', 'session_id', 'started_at', 'finished_at']),
  )
})

test('kill -9, lost answers, a dead session, fewer sessions than wanted: each row once, all closed', async () => {
  let [submits, lost] = [0, 0]
  const { cloud, cli, results, args } = await setUp(24, {
    runs: [100, 500],
    maxSessions: 4,
    fault: (route) => {
      if (route !== 'POST run tasks' || ++submits % 4 !== 0 || lost >= 5) return undefined
      lost++
      return 'lost'
    },
  })
  const command = [...args, '--sessions', '16']
  for (const rows of [3, 9, 15]) {
    const running = cli.start(command)
    while (cloud.runs.size < rows) await new Promise((resolve) => setTimeout(resolve, 20))
    running.child.kill('SIGKILL')
    await running.result
    const [first] = cloud.open()
    if (rows === 9 && first) cloud.kill(first)
  }
  const result = await cli.run(command)
  expect(result.stderr).toContain('24 done, 0 failed')
  expect(result.code).toBe(0)
  expect(lost).toBe(5)
  expect(completed(results)).toHaveLength(24)
  expect(new Set(completed(results)).size).toBe(24)
  expect(cloud.doubled()).toEqual([])
  expect(cloud.mostOpen).toBe(4)
  expect(cloud.open()).toEqual([])
})
