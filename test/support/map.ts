/** A map of a small table on a server at scale, and its results file read back. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createCli } from './cli.ts'
import type { Cli } from './cli.ts'
import { Cloud } from './cloud.ts'
import type { CloudOptions } from './cloud.ts'

export interface Setup {
  cloud: Cloud
  cli: Cli
  rows: string
  results: string
  args: string[]
}

/** A table of `id,customer` with that many rows, c0 to c…. */
export async function setUp(count: number, options: CloudOptions = {}): Promise<Setup> {
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

export interface Line {
  key?: string
  status?: string
  [field: string]: unknown
}

export const linesOf = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Keys of the rows that are done, as often as the file says so. */
export const completed = (file: string): string[] =>
  linesOf(file)
    .filter(({ status }) => status === 'completed')
    .map(({ key }) => key ?? '')
    .sort()
