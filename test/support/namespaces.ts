/** PID namespaces, as containers and sandboxes have them: every process in one is hidden from those in the others. */
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { BINARY, Running } from './cli.ts'
import type { Cli, RunOptions } from './cli.ts'

export const UNSHARE = ['--pid', '--fork', '--mount-proc', '--kill-child']

/** Linux lets root make one, and the user of a container rarely. */
export const HAS_NAMESPACES = canUnshare()

function canUnshare(): boolean {
  if (process.platform !== 'linux') return false
  try {
    execFileSync('unshare', [...UNSHARE, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The binary as process 1 of a PID namespace of its own. `child` is `unshare`; KILL to it ends both. */
export function startAsFirst(cli: Cli, args: string[], { env }: RunOptions = {}): Running {
  const child = spawn('unshare', [...UNSHARE, process.execPath, BINARY, ...args], {
    env: cli.environment(env),
  })
  child.stdin.end()
  return new Running(child)
}

export const runAsFirst = (cli: Cli, args: string[], options?: RunOptions) =>
  startAsFirst(cli, args, options).result

/** As `docker stop` does: from outside, to process 1 alone. */
export function signalFirst({ child }: Running, signal: NodeJS.Signals): void {
  for (const first of childrenOf(child.pid ?? 0)) process.kill(first, signal)
}

export function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return children.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
