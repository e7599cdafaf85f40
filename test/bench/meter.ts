/**
 * Times commands as the operating system accounts for them. Absolute times say little on a machine that does other
 * things too: commands are run in turn, A B A B, and the medians of the ratios pair by pair are what is held.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Command {
  args: string[]
  env?: Record<string, string>
}

/** Milliseconds; `cpu` is user and system time of the process and its children. */
export interface Times {
  cpu: number
  wall: number
}

export interface Measured extends Times {
  /** Medians of the ratios to the first command of the round. */
  cpuRatio: number
  wallRatio: number
}

/** Node binaries to measure with: this one, or those of BENCH_NODES, separated by colons. */
export const NODES = (process.env['BENCH_NODES'] ?? process.execPath).split(':')
export const RUNS = Number(process.env['BENCH_RUNS'] ?? 20)
const PROBE = fileURLToPath(new URL('../support/probe.cjs', import.meta.url))

export const home = mkdtempSync(join(tmpdir(), 'skyvern-bench-'))
process.on('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))

/** Nothing inherited but the path, with the node of that command first: NODE_EXTRA_CA_CERTS alone doubles a start. */
const environment = ({ args, env }: Command): Record<string, string> => ({
  PATH: `${dirname(args[0] ?? '')}:${process.env['PATH']}`,
  HOME: home,
  ...env,
})

/** bash knows the times of what it waited for to the millisecond, on every system that has it. */
const TIMED = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" 2>&4; } 4>&2 2>&3'

/** Runs a command once, its output going to a pipe. @throws when it fails */
export function time(command: Command): Promise<Times> {
  const child = spawn('bash', ['--norc', '-c', TIMED, 'bash', ...command.args], {
    env: environment(command),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const [, stdout, stderr, report] = child.stdio
  let told = ''
  let times = ''
  stdout?.resume()
  stderr?.on('data', (chunk) => (told += String(chunk)))
  report?.on('data', (chunk) => (times += String(chunk)))
  return new Promise((resolve, reject) => {
    child.on('close', (status) => {
      if (status !== 0) return reject(new Error(`${command.args.join(' ')}: ${status} ${told}`))
      const [wall = NaN, user = NaN, system = NaN] = times.trim().split(' ').map(Number)
      resolve({ wall: wall * 1000, cpu: (user + system) * 1000 })
    })
  })
}

/** Runs the commands in turn. The first is what the others are compared with. */
export async function compare<Name extends string>(
  commands: Record<Name, Command>,
  runs = RUNS,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(commands) as Name[]
  const rounds: Record<Name, Times>[] = []
  for (let round = -1; round < runs; round++) {
    const times = {} as Record<Name, Times>
    for (const name of names) times[name] = await time(commands[name])
    // The first round only warms the caches of the file system.
    if (round >= 0) rounds.push(times)
  }
  const over = (value: (round: Record<Name, Times>) => number): number => median(rounds.map(value))
  const [first] = names
  const measured = names.map((name) => [
    name,
    {
      cpu: over((round) => round[name].cpu),
      wall: over((round) => round[name].wall),
      cpuRatio: over((round) => round[name].cpu / round[first as Name].cpu),
      wallRatio: over((round) => round[name].wall / round[first as Name].wall),
    },
  ])
  return Object.fromEntries(measured) as Record<Name, Measured>
}

/** The peak of a node program's memory in MiB, as it knows it itself. */
export async function peakMemory({ args, env }: Command): Promise<number> {
  const report = join(home, 'probe.json')
  await time({ args, env: { ...env, NODE_OPTIONS: `--require "${PROBE}"`, PROBE: report } })
  return (JSON.parse(readFileSync(report, 'utf8')) as { peak: number }).peak / 1024
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}
