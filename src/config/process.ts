/** Processes on this machine, for what must outlive none of them: a process id alone is reused. */
import { readFileSync } from 'node:fs'

export interface ProcessIdentity {
  pid: number
  /** When it started, in whatever form this system tells it; empty where it does not. */
  started: string
}

export const thisProcess = (): ProcessIdentity => ({
  pid: process.pid,
  started: startOf(process.pid) ?? '',
})

export const isAlive = ({ pid, started }: ProcessIdentity): boolean => startOf(pid) === started

/** Undefined for a process that has gone, or is a zombie that nobody has collected yet. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
    }
    if (process.platform === 'win32') return process.kill(pid, 0) ? '' : undefined
    // Loaded here, because every command passes this file.
    const { execFileSync } = process.getBuiltinModule('node:child_process')
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return started.trim() || undefined
  } catch {
    return undefined
  }
}
