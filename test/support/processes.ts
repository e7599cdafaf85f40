/** The processes of this machine: from /proc where there is one, else from `ps`. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface Process {
  pid: number
  command: string
  environment: string
}

/** Those that can be seen; one that ends meanwhile is left out. */
export function processes(): Process[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(Number(name)) : []))
  }
  // The environment follows the command.
  const lines = execFileSync('ps', ['-axwwE', '-o', 'pid=,command='], { encoding: 'utf8' })
  return lines.split('\n').flatMap((line) => {
    const [, pid, command = ''] = /^\s*(\d+) (.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), command, environment: command }]
  })
}

function read(pid: number): Process[] {
  try {
    const [command, environment] = ['cmdline', 'environ'].map((file) =>
      readFileSync(`/proc/${pid}/${file}`, 'utf8'),
    )
    return [{ pid, command: command ?? '', environment: environment ?? '' }]
  } catch {
    return []
  }
}
