/**
 * One process at a time, in whichever container of this machine it runs.
 *
 * A lock is a folder that holds two files of its owner: a note that says who it is, and a socket on which it listens.
 * They are made under another name, and the folder is then renamed to that of the lock, which succeeds for one process
 * only: a folder that is not empty is not replaced. Whoever is refused at the socket knows that the owner has ended,
 * and removes the two files by their names. No two owners share a name, so that a slow process cannot remove the files
 * of the next owner. The socket goes first: a note alone is a lock that was given up.
 */
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf, uniqueSuffix } from './files.ts'
import { thisProcess } from './identity.ts'
import { holderOf, noteOf, remove, socketOf, unseen } from './lock-holder.ts'
import type { LockHolder, LockOwner } from './lock-holder.ts'
import { listenAt } from './socket.ts'

/** The lock could not be had in time. */
export class LockTaken extends Error {
  override readonly name = 'LockTaken'
  constructor(
    readonly folder: string,
    readonly holder: LockHolder,
  ) {
    super(`The lock ${folder} is taken.`)
  }
}

/** Seconds to wait for an owner that may have ended long ago, and of whom nobody here can say so. */
const PATIENCE_WITH_UNSEEN = 10
/** Milliseconds in which every process has moved what it prepared. */
const PREPARED_WITHIN = 60_000

/**
 * Waits until no other process has the lock, and takes it. Returns the function that gives it back.
 * @param seconds how long to wait for an owner that lives
 * @throws LockTaken · what the file system throws
 */
export async function takeLock(folder: string, seconds: number): Promise<() => void> {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
  const claim = await prepare(folder)
  const started = process.uptime()
  try {
    while (!moveTo(claim.folder, folder)) {
      const holder = await holderOf(folder)
      const limit = holder?.seen === false ? Math.min(seconds, PATIENCE_WITH_UNSEEN) : seconds
      const left = limit - (process.uptime() - started)
      if (left <= 0) throw new LockTaken(folder, holder ?? unseen())
      await holder?.gone(left * 1000)
    }
  } catch (error) {
    claim.release(claim.folder)
    throw error
  }
  await removeAbandoned(folder)
  return () => claim.release(folder)
}

interface Claim {
  folder: string
  /** Never fails: what was done under the lock counts, and others see that this process has ended. */
  release(folder: string): void
}

/** A folder with the content of a lock, under a unique name. */
async function prepare(lock: string): Promise<Claim> {
  const id = uniqueSuffix()
  const folder = `${lock}.${id}`
  mkdirSync(folder, { mode: 0o700 })
  const note = join(folder, noteOf(id))
  const owner: LockOwner = { ...thisProcess(), since: Date.now(), listens: true }
  let stop: (() => void) | undefined
  const release = (at: string): void => {
    try {
      remove(at, id)
    } catch {}
    stop?.()
  }
  try {
    writeFileSync(note, JSON.stringify(owner), { mode: 0o600 })
    stop = await listenAt(join(folder, socketOf(id))).catch(() => undefined)
    if (!stop) writeFileSync(note, JSON.stringify({ ...owner, listens: false }))
  } catch (error) {
    release(folder)
    throw error
  }
  return { folder, release }
}

const REFUSED = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR']

/** False while the lock is a folder with something in it. */
function moveTo(from: string, lock: string): boolean {
  try {
    renameSync(from, lock)
    return true
  } catch (error) {
    const refused = process.platform === 'win32' ? ['EPERM', 'EACCES'] : REFUSED
    if (refused.includes(codeOf(error))) return false
    throw error
  }
}

/** What processes prepared that were killed before they could move it. Never fails: it is in nobody's way. */
async function removeAbandoned(lock: string): Promise<void> {
  const folder = dirname(lock)
  try {
    for (const name of readdirSync(folder)) {
      const prepared = join(folder, name)
      if (!name.startsWith(`${basename(lock)}.`) || changedAgo(prepared) < PREPARED_WITHIN) continue
      const holder = await holderOf(prepared)
      await holder?.gone(0)
    }
  } catch {}
}

/** Milliseconds since the last change; 0 for a file that has gone. */
function changedAgo(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? Date.now() - found.mtimeMs : 0
}
