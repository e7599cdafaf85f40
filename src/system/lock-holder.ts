/** Finds out who holds a lock by connecting to its socket. The files of an owner that has ended are removed by name. */
import { readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { basename, join } from 'node:path'
import { codeOf, readJson } from './files.ts'
import { lifeOf, thisProcess } from './identity.ts'
import type { ProcessIdentity } from './identity.ts'
import { connectTo } from './socket.ts'

export interface LockOwner extends ProcessIdentity {
  /** When it asked for the lock: milliseconds since 1970, by its own clock. */
  since: number
  /** False on a file system without sockets; then only the process tells whether the owner lives. */
  listens: boolean
}

export interface LockHolder {
  /** Undefined if its note cannot be read. */
  owner: LockOwner | undefined
  /** Whether it is known to live. The state of an owner on another boot or machine is unknown. */
  seen: boolean
  /** Resolves when it has released the lock or ended, or after that time. */
  gone(milliseconds: number): Promise<void>
}

/** Milliseconds between two checks of an owner that does not listen on a socket. */
const PAUSE = 50

/** Who holds the lock; undefined if nobody does. Removes the files of an owner that has ended. */
export async function holderOf(folder: string): Promise<LockHolder | undefined> {
  const names = listOf(folder)
  if (names === undefined) return undefined
  const note = names.find((name) => name.endsWith('.json'))
  if (note === undefined) {
    // Windows cannot rename over a folder, not even an empty one.
    return names.length === 0 ? removeEmpty(folder) : unseen()
  }
  const id = basename(note, '.json')
  const owner = readJson(join(folder, note)) as LockOwner | undefined
  if (typeof owner?.pid !== 'number') {
    return listOf(folder)?.includes(note) ? unseen() : undefined
  }
  if (owner.listens && !names.includes(socketOf(id))) return removeOwner(folder, id)
  const found = owner.listens ? await knock(join(folder, socketOf(id)), owner) : lifeOf(owner)
  if (found === 'dead') return removeOwner(folder, id)
  if (found === 'unseen') return unseen(owner)
  const gone = (milliseconds: number): Promise<void> =>
    found === 'alive' ? pause(milliseconds) : endOf(found, milliseconds)
  return { owner, seen: true, gone }
}

export const unseen = (owner?: LockOwner): LockHolder => ({ owner, seen: false, gone: pause })

/** The names in a folder; undefined if it does not exist. A file in its place counts as a lock of an unknown owner. */
function listOf(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (codeOf(error) === 'ENOTDIR') return [basename(folder)]
    throw error
  }
}

/** Connects to the owner's socket; what failed tells its state. */
async function knock(
  socket: string,
  owner: LockOwner,
): Promise<Socket | 'alive' | 'dead' | 'unseen'> {
  try {
    return await connectTo(socket)
  } catch (error) {
    // Its queue of connections is full, or it is releasing the lock.
    if (/^(EAGAIN|ENOENT)$/.test(codeOf(error))) return 'alive'
    if (codeOf(error) !== 'ECONNREFUSED') return lifeOf(owner)
    // A socket of another machine is always refused, even if the owner lives.
    return owner.boot === thisProcess().boot ? 'dead' : 'unseen'
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

/** Removes the files of an owner, then the folder, unless the next owner already uses it. */
export function removeOwner(folder: string, id: string): undefined {
  for (const name of [socketOf(id), noteOf(id)]) {
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

/** How long it has held the lock or waited for it, as text. */
export function ageOf({ since }: LockOwner): string {
  const seconds = Math.max(0, Math.round((Date.now() - since) / 1000))
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

/** The socket and the note of one owner. No two owners have the same id. */
export const socketOf = (id: string): string => `${id}.sock`
export const noteOf = (id: string): string => `${id}.json`
