/**
 * One process at a time, in whichever container of this machine it runs.
 *
 * A lock is a folder that holds two files of its owner: a note that says who it is, and a socket on which it listens.
 * They are made under another name, and the folder is then renamed to that of the lock, which succeeds for one process
 * only: a folder that is not empty is not replaced. Whoever is refused at the socket knows that the owner has ended,
 * and removes the two files by their names. No two owners share a name, so that a slow process cannot remove the files
 * of the next owner. The socket goes first: a note alone is a lock that was given up.
 */
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type { Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { codeOf, readJson, uniqueSuffix } from './files.ts'
import { lifeOf, thisBoot, thisProcess } from './identity.ts'
import type { ProcessIdentity } from './identity.ts'
import { connectTo, listenAt } from './socket.ts'

export interface LockOwner extends ProcessIdentity {
  /** When it took the lock: milliseconds since 1970, by its own clock. */
  since: number
  /** False on a file system without sockets. Its life is then judged by the process alone. */
  listens: boolean
}

export interface LockHolder {
  /** Undefined when the note cannot be read. */
  owner: LockOwner | undefined
  /** Whether it is known to live. Of another boot or machine nothing is known. */
  seen: boolean
  /** Resolves when it has given the lock up or ended, or the time is over. */
  gone(milliseconds: number): Promise<void>
}

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
/** Milliseconds between two looks at an owner that does not tell its end. */
const PAUSE = 50
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
  const started = performance.now()
  try {
    while (!moveTo(claim.folder, folder)) {
      const holder = await holderOf(folder)
      const limit = holder?.seen === false ? Math.min(seconds, PATIENCE_WITH_UNSEEN) : seconds
      const left = limit * 1000 - (performance.now() - started)
      if (left <= 0) throw new LockTaken(folder, holder ?? unseen())
      await holder?.gone(left)
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

/** A folder as that of a lock, under a name of its own. */
async function prepare(lock: string): Promise<Claim> {
  const id = uniqueSuffix()
  const folder = `${lock}.${id}`
  mkdirSync(folder, { mode: 0o700 })
  const note = join(folder, `${id}.json`)
  const owner = { ...thisProcess(), since: Date.now(), listens: true }
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

const socketOf = (id: string): string => `${id}.sock`

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

/** Who has the lock. Undefined when nobody has it: what an owner left that has ended is removed. */
export async function holderOf(folder: string): Promise<LockHolder | undefined> {
  const names = listOf(folder)
  if (names === undefined) return undefined
  const note = names.find((name) => name.endsWith('.json'))
  if (note === undefined) {
    // A system that replaces no folder at all, such as Windows, needs the empty one out of the way.
    return names.length === 0 ? removeEmpty(folder) : unseen()
  }
  const id = basename(note, '.json')
  const owner = readJson(join(folder, note)) as LockOwner | undefined
  if (typeof owner?.pid !== 'number') {
    return listOf(folder)?.includes(note) ? unseen() : undefined
  }
  if (owner.listens && !names.includes(socketOf(id))) return remove(folder, id)
  const found = owner.listens ? await knock(join(folder, socketOf(id)), owner) : lifeOf(owner)
  if (found === 'dead') return remove(folder, id)
  if (found === 'unseen') return unseen(owner)
  const gone = (milliseconds: number): Promise<void> =>
    found === 'alive' ? pause(milliseconds) : endOf(found, milliseconds)
  return { owner, seen: true, gone }
}

const unseen = (owner?: LockOwner): LockHolder => ({ owner, seen: false, gone: pause })

/** [] for an empty folder, undefined for none. What is not a folder is nobody's lock that we know. */
function listOf(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (codeOf(error) === 'ENOTDIR') return [basename(folder)]
    throw error
  }
}

/** The connection to a living owner. */
async function knock(
  socket: string,
  owner: LockOwner,
): Promise<Socket | 'alive' | 'dead' | 'unseen'> {
  try {
    return await connectTo(socket)
  } catch (error) {
    // So many wait for it that no more can, or it gives the lock up just now.
    if (/^(EAGAIN|ENOENT)$/.test(codeOf(error))) return 'alive'
    if (codeOf(error) !== 'ECONNREFUSED') return lifeOf(owner)
    // Another machine's sockets are always refused, and its owner may live.
    return owner.boot === thisBoot() ? 'dead' : 'unseen'
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, PAUSE)))

const endOf = (connection: Socket, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    if (connection.closed) return resolve()
    const timer = setTimeout(() => connection.destroy(), milliseconds)
    connection.ref().on('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** What an owner has in the folder, and then the folder, unless the next owner is in it already. */
function remove(folder: string, id: string): undefined {
  for (const name of [socketOf(id), `${id}.json`]) {
    try {
      unlinkSync(join(folder, name))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
  removeEmpty(folder)
}

function removeEmpty(folder: string): undefined {
  try {
    rmdirSync(folder)
  } catch {}
}

/** For how long it has had the lock, for people. */
export function ageOf({ since }: LockOwner): string {
  const seconds = Math.max(0, Math.round((Date.now() - since) / 1000))
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

/** What processes prepared that were killed before they could move it. */
async function removeAbandoned(lock: string): Promise<void> {
  const folder = dirname(lock)
  for (const name of readdirSync(folder)) {
    const prepared = join(folder, name)
    if (!name.startsWith(`${basename(lock)}.`) || changedAgo(prepared) < PREPARED_WITHIN) continue
    const holder = await holderOf(prepared)
    await holder?.gone(0)
  }
}

/** Milliseconds since the last change; 0 for a file that has gone. */
function changedAgo(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? Date.now() - found.mtimeMs : 0
}
