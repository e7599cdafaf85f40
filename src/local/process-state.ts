/** The state of a process, if the system reports it. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether it is stopped (Ctrl-Z, SIGSTOP, a debugger): alive, but not answering. */
export function isStopped(pid: number): boolean {
  try {
    if (process.platform === 'win32') return false
    return /^[Tt]/.test(process.platform === 'linux' ? stateInProc(pid) : stateByPs(pid))
  } catch {
    return false
  }
}

function stateInProc(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2)
}

const stateByPs = (pid: number): string =>
  execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim()
