/** Long lists: ten thousand sessions in one answer, ten thousand runs in pages of a hundred. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { BINARY } from '../support/cli.ts'
import { bareScript } from './bare.ts'
import { compare, home, NODES, peakMemory, RUNS } from './meter.ts'
import type { Command, Times } from './meter.ts'
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

  const big = (...args: string[]) => ({
    args: [node, BINARY, ...args],
    env: {
      SKYVERN_API_KEY: 'key',
      SKYVERN_BASE_URL: `${server.http}/big`,
      SKYVERN_CONFIG_DIR: join(home, 'config'),
    },
  })

  test('sessions', async () => {
    const json = big('session', 'list', '--json')
    const lines = big('session', 'list', '--limit', '10000')
    const bare = bareScript(node, `${server.http}/big`)
    const times = await compare({ bare, json, lines }, Math.ceil(RUNS / 2))
    addTime('session list --json', times.json, ['≤', 0.15])
    table.add('the same / a bare script', times.json.wallRatio, {
      detail: `${(times.bare.wall / 1000).toFixed(2)} s`,
    })
    await addMemory('session list --json', json)
    addTime('session list, tab-separated', times.lines)
    await addMemory('session list, tab-separated', lines)
  })

  test('runs', async () => {
    const command = big('task', 'list', '--json', '--limit', '10000')
    const { list } = await compare({ list: command }, Math.ceil(RUNS / 2))
    addTime('task list --json, 100 requests', list)
    await addMemory('task list --json, 100 requests', command)
  })

  function addTime(what: string, { wall, cpu }: Times, budget?: ['≤', number]): void {
    const detail = `${(cpu / 1000).toFixed(2)} s of processor time`
    table.add(`${what}, by the clock`, wall / 1000, {
      unit: ' s',
      detail,
      ...(budget && { budget }),
    })
  }

  async function addMemory(what: string, command: Command): Promise<void> {
    const memory = await peakMemory(command)
    table.add(`${what}, peak memory`, memory, { unit: ' MiB', digits: 0, budget: ['≤', 100] })
  }
})
