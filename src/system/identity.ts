/**
 * Which process something belongs to, told so that it can be found again: the boot of the kernel, the PID namespace,
 * the process id and the start of the process. A process id alone is reused, and in another container it is somebody
 * else's.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface ProcessIdentity {
  /** Names one run of one kernel. Two machines never share it, and neither do two boots of one machine. */
  boot: string
  /** The PID namespace; empty where the system has none. */
  namespace: string
  pid: number
  /** When it started, in whatever form this system tells it; empty where it does not. */
  started: string
  /** For people; it decides nothing. */
  host: string
}

/** `unseen`: of another boot, machine or PID namespace, or hidden by this one. Such a process may well be alive. */
export type Life = 'alive' | 'dead' | 'unseen'

let self: ProcessIdentity | undefined
export const thisProcess = (): ProcessIdentity =>
  (self ??= {
    boot: readBoot(),
    namespace: readNamespace(),
    pid: process.pid,
    started: startOf('self') ?? '',
    host: hostname(),
  })

export function lifeOf({ boot, namespace, pid, started }: ProcessIdentity): Life {
  const here = thisProcess()
  if (boot !== here.boot || namespace !== here.namespace) return 'unseen'
  // Windows tells no start.
  if (process.platform === 'win32') return exists(pid) ? 'alive' : 'dead'
  // Linux without /proc: the namespace is not known.
  if (process.platform === 'linux' && namespace === '') return 'unseen'
  const found = started !== '' && showsThisNamespace() ? startOf(pid) : undefined
  if (found === undefined) return exists(pid) ? 'unseen' : 'dead'
  return found === started ? 'alive' : 'dead'
}

function readBoot(): string {
  try {
    if (process.platform === 'linux') {
      return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    }
    if (process.platform === 'darwin') return run('/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid')
  } catch {
    // A sandbox may show neither. The time of the boot is the next best.
  }
  return `${hostname()} ${bootTime()}`.trim()
}

const bootTime = (): string => {
  try {
    return /^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}

function readNamespace(): string {
  if (process.platform !== 'linux') return ''
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** Whether /proc/<pid> means the process that this one calls so: a new PID namespace may still see the old /proc. */
function showsThisNamespace(): boolean {
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync('/proc/self') === String(process.pid)
  } catch {
    return false
  }
}

/** Undefined for a process that is not seen. A zombie that nobody has collected yet started at no time. */
function startOf(pid: number | 'self'): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19]
    }
    if (process.platform === 'win32') return undefined
    const id = pid === 'self' ? process.pid : pid
    return run('/bin/ps', '-o', 'lstart=', '-p', String(id)) || undefined
  } catch {
    return undefined
  }
}

/** Whoever may not be signalled exists as well. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Loaded here, because every command passes this file. The same text whatever the user's language and time zone. */
function run(file: string, ...args: string[]): string {
  const { execFileSync } = process.getBuiltinModule('node:child_process')
  const env = { LC_ALL: 'C', TZ: 'UTC' }
  return execFileSync(file, args, { encoding: 'utf8', env, stdio: 'pipe' }).trim()
}
