/**
 * Locks between processes, also between those in different containers of one machine.
 *
 * A lock is a folder with two files of its owner: a note that says who it is, and a socket on which it listens. The folder
 * is prepared under another name and then renamed. The rename succeeds for one process only, because a folder that is not
 * empty cannot be replaced. If the socket refuses a connection, the owner has ended, and its two files are removed by
 * name. Each owner's names are unique, so a slow process cannot remove the files of the next owner. The socket is removed
 * first: a note without a socket is a released lock.
 */
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf, makePrivateFolder, uniqueSuffix } from './files.ts'
import { thisProcess } from './identity.ts'
import { holderOf, noteOf, removeOwner, socketOf, unseen } from './lock-holder.ts'
import type { LockHolder, LockOwner } from './lock-holder.ts'
import { listenAt } from './socket.ts'

/** The lock was not released in time. */
export class LockTaken extends Error {
  override readonly name = 'LockTaken'
  constructor(
    readonly folder: string,
    readonly holder: LockHolder,
  ) {
    super(`The lock ${folder} is taken.`)
  }
}

/** Seconds to wait for an owner whose state cannot be found out from here. */
const PATIENCE_WITH_UNSEEN = 10
/** Milliseconds after which a prepared folder counts as abandoned. */
const PREPARED_WITHIN = 60_000

/**
 * Waits until no other process holds the lock, and takes it. Returns the function that releases it.
 * @param seconds how long to wait for an owner that is alive
 * @throws LockTaken · what the file system throws
 */
export async function takeLock(folder: string, seconds: number): Promise<() => void> {
  makePrivateFolder(dirname(folder))
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
  /** Never throws: the work under the lock is done, and others notice when this process ends. */
  release(folder: string): void
}

/** Makes a folder with the content of a lock, under a unique name. */
async function prepare(lock: string): Promise<Claim> {
  const id = uniqueSuffix()
  const folder = `${lock}.${id}`
  mkdirSync(folder, { mode: 0o700 })
  const note = join(folder, noteOf(id))
  const owner: LockOwner = { ...thisProcess(), since: Date.now(), listens: true }
  let stop: (() => void) | undefined
  const release = (at: string): void => {
    try {
      removeOwner(at, id)
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

/** Renames the folder to the lock. False if another process holds the lock. */
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

/** Removes what killed processes prepared and did not rename. Never throws: leftovers do no harm. */
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

/** Milliseconds since the last change; 0 for a file that no longer exists. */
function changedAgo(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? Date.now() - found.mtimeMs : 0
}
