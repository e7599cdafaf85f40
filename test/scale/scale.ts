/** A map of ten thousand rows, on a server that does what servers do, and what came of it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BINARY, createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { Cloud } from '../support/cloud.ts'
import type { CloudOptions, CloudSession } from '../support/cloud.ts'

export interface Scenario {
  name: string
  rows: number
  /** Over all processes. */
  sessions: number
  shards: number
  /** Processes that are killed, one after the other. */
  kills: number
  /** Sessions that end by themselves. */
  deaths: number
  server: CloudOptions
}

export interface Outcome {
  seconds: number
  lost: number
  doubled: number
  /** Open after all, and not named by the last start. */
  open: number
  /** Open after all, named, and closed by the command that was named. */
  named: number
  kills: number
  runs: number
  requestsPerRow: number
  /** Milliseconds of processor time. */
  cpuPerRow: number
  /** MiB, of the largest process. */
  memory: number
  /** Seconds after their end. */
  noticed: { p50: number; p95: number }
}

/** What every process may use and what it said. */
interface Usage {
  cpu: number
  memory: number
}

const PROMPT = 'Look up the order status of {customer}'

export async function map(scenario: Scenario): Promise<Outcome> {
  const { rows, shards, server } = scenario
  const cloud = await new Cloud(server).start()
  const cli = createCli({ SKYVERN_BASE_URL: cloud.url, SKYVERN_API_KEY: 'scale-key-0123456789' })
  const table = join(cli.folder, 'rows.csv')
  const lines = Array.from({ length: rows }, (_, at) => `c${at},Customer ${at}`)
  writeFileSync(table, ['id,customer', ...lines].join('\n'))
  const usage: Usage = { cpu: 0, memory: 0 }
  const results = Array.from({ length: shards }, (_, at) => join(cli.folder, `out-${at}.jsonl`))
  const processes = new Set<number>()
  const started = performance.now()
  const all = Promise.all(
    results.map((file, at) => untilDone(cli, argsOf(scenario, table, file, at), usage, processes)),
  )
  const trouble = new AbortController()
  const troubles = Promise.all([
    killProcesses(scenario.kills, processes, trouble.signal),
    endSessions(scenario.deaths, cloud, trouble.signal),
  ])
  const said = (await all).join('\n')
  trouble.abort()
  const [kills] = await troubles
  const seconds = (performance.now() - started) / 1000
  const [requests, left] = [cloud.requests, cloud.open()]
  const named = left.filter(({ id }) => said.includes(`skyvern session close ${id}`))
  if (named.length > 0) await cli.run(['session', 'close', ...named.map(({ id }) => id)])
  cloud.stop()
  const done = new Set(results.flatMap(completed))
  const noticed = cloud.noticed.toSorted((a, b) => a - b)
  const share = (part: number): number => (noticed[Math.floor(noticed.length * part)] ?? NaN) / 1000
  return {
    seconds,
    lost: rows - done.size,
    doubled: cloud.doubled().length + results.flatMap(completed).length - done.size,
    open: cloud.open().length,
    named: named.length,
    kills,
    runs: cloud.runs.size,
    requestsPerRow: requests / rows,
    cpuPerRow: usage.cpu / rows,
    memory: usage.memory,
    noticed: { p50: share(0.5), p95: share(0.95) },
  }
}

function argsOf({ sessions, shards }: Scenario, table: string, file: string, at: number): string[] {
  const part = shards > 1 ? ['--shard', `${at + 1}/${shards}`] : []
  const size = String(sessions / shards)
  return [
    'task',
    'map',
    table,
    PROMPT,
    '--key',
    'id',
    '--results',
    file,
    '--sessions',
    size,
    ...part,
  ]
}

const DONE = /(\d+) done, (\d+) failed, 0 running, 0 left/

/** Starts the same command again and again until nothing is left. Returns what the last start said. */
async function untilDone(
  cli: Cli,
  args: string[],
  usage: Usage,
  processes: Set<number>,
): Promise<string> {
  for (let start = 0; start < 50; start++) {
    const said = await runTimed(cli, args, usage, processes)
    if (DONE.test(said)) return said
  }
  throw new Error('Not done after 50 starts.')
}

/** bash knows the processor time of what it waited for, killed or not. */
const TIMED = 'TIMEFORMAT="%3U %3S"; { time "$@" 2>&4; } 4>&2 2>&3'

function runTimed(cli: Cli, args: string[], usage: Usage, processes: Set<number>): Promise<string> {
  const command = [process.execPath, BINARY, ...args]
  const child = spawn('bash', ['--norc', '-c', TIMED, 'bash', ...command], {
    env: cli.environment(),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [, , stderr, report] = child.stdio
  let [said, times] = ['', '']
  stderr?.on('data', (chunk) => (said += String(chunk)))
  report?.on('data', (chunk) => (times += String(chunk)))
  const sampling = setInterval(() => sample(child, usage, processes), 500)
  return new Promise((resolve) => {
    child.on('close', () => {
      clearInterval(sampling)
      const [user = 0, system = 0] = (times.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
      usage.cpu += (user + system) * 1000
      resolve(said)
    })
  })
}

/** Notes the process below bash, and the peak of its memory so far. */
function sample({ pid }: ChildProcess, usage: Usage, processes: Set<number>): void {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    if (children === '') return
    processes.add(Number(children))
    const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${children}/status`, 'utf8')) ?? []
    usage.memory = Math.max(usage.memory, Number(peak ?? 0) / 1024)
  } catch {}
}

/** One process after the other, at random times. Returns how many. */
async function killProcesses(
  kills: number,
  processes: Set<number>,
  stop: AbortSignal,
): Promise<number> {
  let killed = 0
  while (killed < kills && !stop.aborted) {
    await sleep(3_000 + Math.random() * 6_000, undefined, { signal: stop }).catch(() => {})
    const [process_] = [...processes].toSorted(() => Math.random() - 0.5)
    if (stop.aborted || process_ === undefined) continue
    processes.delete(process_)
    try {
      process.kill(process_, 'SIGKILL')
      killed++
    } catch {}
  }
  return killed
}

async function endSessions(deaths: number, cloud: Cloud, stop: AbortSignal): Promise<void> {
  for (let death = 0; death < deaths && !stop.aborted; death++) {
    await sleep(1_000 + Math.random() * 2_000, undefined, { signal: stop }).catch(() => {})
    const open: CloudSession[] = cloud.open()
    const session = open[Math.floor(Math.random() * open.length)]
    if (session) cloud.kill(session)
  }
}

const completed = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ status }) => status === 'completed')
    .map(({ key }) => key)
