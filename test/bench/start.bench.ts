/** Starts and single requests: processor time, against the least that node itself takes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { BINARY } from '../support/cli.ts'
import { compare, home, NODES, peakMemory } from './meter.ts'
import type { Command } from './meter.ts'
import { findPeers } from './peers.ts'
import { startServer } from './server.ts'
import type { BenchServer } from './server.ts'
import { Table, versionOf } from './table.ts'

const EMPTY = join(home, 'empty.cjs')
/** The least that a program for node can do to have the list: one request, parsed and printed. */
const FLOOR = join(home, 'floor.cjs')
const FLOOR_TEXT = `const [url, method = 'GET', body] = process.argv.slice(2)
const headers = { 'x-api-key': 'key', ...(body && { 'content-type': 'application/json' }) }
require(url.startsWith('https') ? 'node:https' : 'node:http')
  .request(url, { method, headers }, (message) => {
    const chunks = []
    message.on('data', (chunk) => chunks.push(chunk))
    message.on('end', () => {
      const value = JSON.parse(Buffer.concat(chunks).toString())
      process.stdout.write(JSON.stringify(value) + '\\n')
    })
  })
  .end(body)
`
const ms = ({ cpu }: { cpu: number }): string => `${cpu.toFixed(0)} ms`
const LIST = ['session', 'list', '--json']
let server: BenchServer

beforeAll(async () => {
  writeFileSync(EMPTY, '')
  writeFileSync(FLOOR, FLOOR_TEXT)
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
  const floor = (url: string, ...rest: string[]): Command => ({
    args: [node, FLOOR, `${url}/v1/browser_sessions`, ...rest],
    env: url.startsWith('https') ? { NODE_EXTRA_CA_CERTS: server.authority } : {},
  })

  test('starts', async () => {
    const { http } = server
    const figures = await compare({
      empty: { args: [node, EMPTY] },
      version: skyvern(http, '--version'),
      help: skyvern(http, '--help'),
      group: skyvern(http, 'session', '--help'),
    })
    const { version, help, group } = figures
    table.add('--version / an empty script', version.cpuRatio, {
      budget: ['≤', 1.25],
      detail: ms(version),
    })
    table.add('--help / an empty script', help.cpuRatio, { budget: ['≤', 1.5], detail: ms(help) })
    table.add('session --help / an empty script', group.cpuRatio, {
      budget: ['≤', 1.5],
      detail: ms(group),
    })
  })

  test('one request', async () => {
    const { http, https } = server
    const plain = await compare({ floor: floor(http), list: skyvern(http, ...LIST) })
    table.add('session list --json / a bare node:http script', plain.list.cpuRatio, {
      budget: ['≤', 1.45],
      detail: ms(plain.list),
    })
    const secure = await compare({ floor: floor(https), list: skyvern(https, ...LIST) })
    table.add('the same over https / a bare node:https script', secure.list.cpuRatio, {
      detail: ms(secure.list),
    })
    const created = await compare({
      floor: floor(http, 'POST', '{}'),
      create: skyvern(http, 'session', 'create'),
    })
    table.add('session create / a bare node:http script', created.create.cpuRatio, {
      detail: ms(created.create),
    })
  })

  test('memory', async () => {
    const { http } = server
    const list = await peakMemory(skyvern(http, ...LIST))
    const above = list - (await peakMemory({ args: [node, EMPTY] }))
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
