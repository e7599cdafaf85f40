/** Long lists: ten thousand sessions in one answer, ten thousand runs in pages of a hundred. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { BINARY } from '../support/cli.ts'
import { compare, home, NODES, peakMemory, RUNS } from './meter.ts'
import type { Command } from './meter.ts'
import { startServer } from './server.ts'
import type { BenchServer } from './server.ts'
import { Table, versionOf } from './table.ts'

let server: BenchServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

describe.each(NODES)('%s', (node) => {
  const table = new Table(`10,000 rows, ${versionOf(node)}`)
  afterAll(() => table.print())

  test.each([
    ['session list --json', ['session', 'list', '--json'], true],
    ['session list, tab-separated', ['session', 'list', '--limit', '10000'], true],
    ['task list --json, 100 requests', ['task', 'list', '--json', '--limit', '10000'], false],
  ] as const)('%s', async (name, args, bounded) => {
    const command: Command = {
      args: [node, BINARY, ...args],
      env: {
        SKYVERN_API_KEY: 'key',
        SKYVERN_BASE_URL: `${server.http}/big`,
        SKYVERN_CONFIG_DIR: join(home, 'config'),
      },
    }
    const { list } = await compare({ list: command }, Math.ceil(RUNS / 2))
    table.add(`${name}, by the clock`, list.wall / 1000, {
      unit: ' s',
      ...(bounded && { budget: ['≤', 0.15] as ['≤', number] }),
      detail: `${(list.cpu / 1000).toFixed(2)} s of processor time`,
    })
    table.add(`${name}, peak memory`, await peakMemory(command), {
      unit: ' MiB',
      digits: 0,
      budget: ['≤', 100],
    })
  })
})
