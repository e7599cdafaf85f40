/** A minute of waiting for a run: what it costs on a terminal with its spinner, and how soon the end is noticed. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { afterAll, describe, expect, test } from 'vitest'
import { pollDelay } from '../../src/http/wait.ts'
import { run, RUN_ID } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import { home, NODES, time } from './meter.ts'
import { Table, versionOf } from './table.ts'

const SECONDS = Number(process.env['BENCH_WAIT'] ?? 60)
/** The spinner turns for that long, then nearly stands still. */
const LIVELY = 20
const HOUR = 3_600_000
const QUESTIONS = questionsIn(HOUR)

function questionsIn(milliseconds: number): number {
  let questions = 0
  for (let waited = 0; waited < milliseconds; questions++) waited += pollDelay(waited)
  return questions
}

type Env = Record<string, string>

/** A run that ends that many seconds after the first question. */
async function startRun(seconds: number) {
  let ends = Infinity
  let requests = 0
  let connections = 0
  const server = createServer((_, response) => {
    requests++
    ends = Math.min(ends, Date.now() + seconds * 1000)
    const status = Date.now() < ends ? 'running' : 'completed'
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(run({ status })))
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => ({ requests, connections, late: Date.now() - ends }),
    stop: () => server.close(),
  }
}

const environment = (url: string): Env => ({
  SKYVERN_API_KEY: 'key',
  SKYVERN_BASE_URL: url,
  SKYVERN_CONFIG_DIR: join(home, 'config'),
})

let terminals = 0
/** Runs it on a terminal, and gives the seconds of processor time. */
async function onTerminal(args: string[], env: Env): Promise<number> {
  const report = join(home, `times-${terminals++}`)
  const script = `TIMEFORMAT="%3U %3S"; { time "$@" 2>/dev/tty; } 2>"${report}"`
  const terminal = spawn('bash', ['--norc', '-c', script, 'bash', ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, TERM: 'xterm-256color', ...env },
  })
  let drawn = ''
  terminal.onData((text) => (drawn += text))
  await new Promise((resolve) => terminal.onExit(resolve))
  expect(drawn).toContain('Waiting for')
  const [user = NaN, system = NaN] = readFileSync(report, 'utf8').trim().split(' ').map(Number)
  return user + system
}

describe.each(NODES)('%s', (node) => {
  const table = new Table(`waiting, ${versionOf(node)}`)
  afterAll(() => table.print())
  const wait = [node, BINARY, 'task', 'wait', RUN_ID]

  test.concurrent.each([
    ['in a pipe', async (env: Env) => (await time({ args: wait, env })).cpu / 1000],
    ['on a terminal', (env: Env) => onTerminal(wait, env)],
  ])('%s', async (where, measure) => {
    // The difference of a short and a long wait: what is loaded and drawn at the start is in both.
    const [short, long] = await Promise.all(
      [LIVELY, LIVELY + SECONDS].map(async (seconds) => {
        const server = await startRun(seconds)
        const cpu = await measure(environment(server.url))
        server.stop()
        return { cpu, ...server.seen() }
      }),
    )
    if (!short || !long) throw new Error('not measured')
    const each = (long.cpu - short.cpu) / (long.requests - short.requests)
    const start = short.cpu - short.requests * each
    table.add(`${where}, processor time of an hour`, start + each * QUESTIONS, {
      unit: ' s',
      budget: ['≤', 1],
      detail: `${(each * 1000).toFixed(1)} ms a question, ${long.connections} connection`,
    })
    table.add(`${where}, from the end to the exit`, long.late / 1000, {
      unit: ' s',
      budget: ['≤', 2.5],
    })
  })

  test('a short run', async () => {
    const short = await startRun(3)
    await time({ args: wait, env: environment(short.url) })
    table.add('a run of 3 s, from the end to the exit', short.seen().late / 1000, {
      unit: ' s',
      budget: ['≤', 0.5],
    })
    short.stop()
  })
})
