/**
 * One daemon per state folder, without a lock that somebody has to clean up. Each daemon creates the next number
 * in `locks/`, which only one process can; the highest number whose process lives owns the folder. Numbers are
 * never reused, so two that find the same dead owner cannot both follow it.
 */
import { execFileSync } from 'node:child_process'
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from '../system/files.ts'

export interface Owner {
  pid: number
  /** When that process started: a process id alone is reused. */
  stamp: string
}

/** True when this process owns the folder from now on; false while another living process does. */
export function takeLock(locks: string): boolean {
  for (;;) {
    const newest = newestLock(locks)
    if (lockOwner(locks) !== undefined) return false
    const mine = newest + 1
    if (!createWhole(join(locks, String(mine)))) continue
    // A slower process may have created a number that others had already passed and removed.
    if (newestLock(locks) !== mine) {
      rmSync(join(locks, String(mine)))
      return false
    }
    for (let old = newest; old > 0 && old > newest - 10; old--) {
      rmSync(join(locks, String(old)), { force: true })
    }
    return true
  }
}

/** False when the file is there already. Nobody ever sees it empty. */
function createWhole(file: string): boolean {
  const owner: Owner = { pid: process.pid, stamp: processStamp(process.pid) ?? '' }
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

/** The living process that owns the folder. */
export function lockOwner(locks: string): Owner | undefined {
  const owner = readJson(join(locks, String(newestLock(locks)))) as Owner | undefined
  return owner !== undefined && isAlive(owner) ? owner : undefined
}

export function isAlive(owner: Owner): boolean {
  return processStamp(owner.pid) === owner.stamp
}

function newestLock(locks: string): number {
  try {
    return Math.max(
      0,
      ...readdirSync(locks)
        .filter((name) => /^\d+$/.test(name))
        .map(Number),
    )
  } catch {
    return 0
  }
}

/** Start time of a process; undefined when it has gone, or is a zombie that nobody has collected yet. */
function processStamp(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
    } catch {
      return undefined
    }
  }
  try {
    if (process.platform === 'win32') return process.kill(pid, 0) ? 'alive' : undefined
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return started.trim() || undefined
  } catch {
    return undefined
  }
}
