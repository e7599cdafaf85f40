/**
 * Identifies a process so that others can find it again: by the boot of the kernel, the PID namespace, the process id and
 * the start time. A process id alone is reused, and in another container it belongs to another process.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface ProcessIdentity {
  /** Identifies one boot of one machine. */
  boot: string
  /** The PID namespace; empty on systems without them. */
  namespace: string
  pid: number
  /** When it started, in the form that this system gives; empty if it gives none. */
  started: string
  /** Shown to people only. */
  host: string
}

/** `unseen`: of another boot, machine or PID namespace, or hidden by this one. Such a process may be alive. */
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
  // Windows does not give the start time.
  if (process.platform === 'win32') return exists(pid) ? 'alive' : 'dead'
  // Without /proc, the namespace is unknown.
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
    // A sandbox may hide both. The time of the boot comes next.
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

/** Whether /proc shows this process's PID namespace: a new namespace may still see the old /proc. */
function showsThisNamespace(): boolean {
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync('/proc/self') === String(process.pid)
  } catch {
    return false
  }
}

/** When a process started; undefined if it is not visible, `ended` for a zombie. */
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

/** A process that may not be signalled (EPERM) exists too. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** The module is loaded here because every command imports this file. The output does not depend on locale or time zone. */
function run(file: string, ...args: string[]): string {
  const { execFileSync } = process.getBuiltinModule('node:child_process')
  const env = { LC_ALL: 'C', TZ: 'UTC' }
  return execFileSync(file, args, { encoding: 'utf8', env, stdio: 'pipe' }).trim()
}
