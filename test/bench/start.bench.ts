/** Starts and single requests: processor time, against the least that node itself takes. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { BINARY } from '../support/cli.ts'
import { bareScript, emptyScript } from './bare.ts'
import { compare, home, NODES, peakMemory } from './meter.ts'
import type { Command } from './meter.ts'
import { findPeers } from './peers.ts'
import { startServer } from './server.ts'
import type { BenchServer } from './server.ts'
import { Table, versionOf } from './table.ts'

const ms = ({ cpu }: { cpu: number }): string => `${cpu.toFixed(0)} ms`
const LIST = ['session', 'list', '--json']
let server: BenchServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

describe.each(NODES)('%s', (node) => {
  const table = new Table(`processor time, ${versionOf(node)}`)
  afterAll(() => table.print())

  const skyvern = (url: string, ...args: string[]): Command => ({
    args: [node, BINARY, ...args],
    env: {
      SKYVERN_API_KEY: 'key',
      SKYVERN_BASE_URL: url,
      SKYVERN_CONFIG_DIR: join(home, 'config'),
      ...(url.startsWith('https') && { NODE_EXTRA_CA_CERTS: server.authority }),
    },
  })
  const bare = (url: string, ...request: string[]): Command => ({
    ...bareScript(node, url, ...request),
    ...(url.startsWith('https') && { env: { NODE_EXTRA_CA_CERTS: server.authority } }),
  })

  test('starts', async () => {
    const { http } = server
    const figures = await compare({
      empty: emptyScript(node),
      version: skyvern(http, '--version'),
      help: skyvern(http, '--help'),
      group: skyvern(http, 'session', '--help'),
    })
    const { version, help, group } = figures
    table.add('--version / an empty script', version.cpuRatio, {
      budget: ['≤', 1.25],
      detail: ms(version),
    })
    table.add('--help / an empty script', help.cpuRatio, { budget: ['≤', 1.6], detail: ms(help) })
    table.add('session --help / an empty script', group.cpuRatio, {
      budget: ['≤', 1.6],
      detail: ms(group),
    })
  })

  test('one request', async () => {
    const { http, https } = server
    const plain = await compare({ bare: bare(http), list: skyvern(http, ...LIST) })
    table.add('session list --json / a bare node:http script', plain.list.cpuRatio, {
      budget: ['≤', 1.55],
      detail: ms(plain.list),
    })
    const secure = await compare({ bare: bare(https), list: skyvern(https, ...LIST) })
    table.add('the same over https / a bare node:https script', secure.list.cpuRatio, {
      detail: ms(secure.list),
    })
    const created = await compare({
      bare: bare(http, 'POST', '{}'),
      create: skyvern(http, 'session', 'create'),
    })
    table.add('session create / a bare node:http script', created.create.cpuRatio, {
      detail: ms(created.create),
    })
  })

  test('memory', async () => {
    const { http } = server
    const list = await peakMemory(skyvern(http, ...LIST))
    const above = list - (await peakMemory(emptyScript(node)))
    table.add('session list --json, peak above an empty script', above, {
      unit: ' MiB',
      digits: 1,
      budget: ['≤', 12],
      detail: `${list.toFixed(1)} MiB`,
    })
  })

  test('peers', async () => {
    const peers = findPeers(node, server)
    for (const [name, command] of Object.entries(peers)) {
      const ours = skyvern(name.includes('https') ? server.https : server.http, ...LIST)
      const { peer } = await compare({ ours, peer: command })
      table.add(`${name} / session list --json`, peer.cpuRatio, {
        detail: ms(peer),
        ...(/^(bb|browse)/.test(name) && { budget: ['≥', 4] as ['≥', number] }),
      })
    }
  })
})
