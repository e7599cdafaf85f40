/** What a process does, as far as the system tells. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether it was stopped (Ctrl-Z, SIGSTOP, a debugger): it lives, and answers nothing. */
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
