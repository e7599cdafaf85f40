/** The locks of the state folder, and the error if one is taken. */
import { CliError } from '../errors.ts'
import * as system from '../system/lock.ts'
import { ageOf } from '../system/lock-holder.ts'
import type { LockOwner } from '../system/lock-holder.ts'

/** Does the work while holding the lock. @throws as `lockOrConflict` */
export async function withLock<T>(folder: string, work: () => Promise<T> | T): Promise<T> {
  const release = await lockOrConflict(folder)
  try {
    return await work()
  } finally {
    release()
  }
}

/**
 * Waits until no other process holds the lock, and takes it. Returns the function that releases it.
 * @param seconds how long to wait for an owner that is alive
 * @throws CliError `conflict` after that time · what the file system throws
 */
export async function lockOrConflict(folder: string, seconds = 30): Promise<() => void> {
  try {
    return await system.takeLock(folder, seconds)
  } catch (error) {
    throw error instanceof system.LockTaken ? conflict(error) : error
  }
}

function conflict({ folder, holder: { owner, seen } }: system.LockTaken): CliError {
  const who = owner ? nameOf(owner) : 'an unknown process'
  const where = seen
    ? ''
    : ' It belongs to another machine, or to this one before a restart, and may have ended.'
  return new CliError('conflict', `The lock ${folder} is held by ${who}.${where}`, {
    retryable: true,
    hint: seen
      ? 'Try again when that process has ended.'
      : `If that process has ended, remove the lock: \`rm -r '${folder}'\``,
  })
}

const nameOf = (owner: LockOwner): string =>
  `process ${owner.pid} on ${owner.host}, since ${ageOf(owner)}`
