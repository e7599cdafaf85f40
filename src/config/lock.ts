/** The locks of the state folder, and what to tell a person who cannot have one. */
import { CliError } from '../errors.ts'
import * as system from '../system/lock.ts'
import { ageOf } from '../system/lock-holder.ts'
import type { LockOwner } from '../system/lock-holder.ts'

/** Does the work while no other process does any under the same lock. @throws as `takeLock` */
export async function withLock<T>(folder: string, work: () => Promise<T> | T): Promise<T> {
  const release = await takeLock(folder)
  try {
    return await work()
  } finally {
    release()
  }
}

/**
 * Waits until no other process has the lock, and takes it. Returns the function that gives it back.
 * @param seconds how long to wait for an owner that lives
 * @throws CliError `conflict` when that takes longer · what the file system throws
 */
export async function takeLock(folder: string, seconds = 30): Promise<() => void> {
  try {
    return await system.takeLock(folder, seconds)
  } catch (error) {
    throw error instanceof system.LockTaken ? conflict(error) : error
  }
}

function conflict({ folder, holder: { owner, seen } }: system.LockTaken): CliError {
  const who = owner ? nameOf(owner) : 'An unknown process'
  const where = seen ? '' : ' It cannot be seen from here: it may have ended long ago.'
  return new CliError('conflict', `${who} holds the lock ${folder}.${where}`, {
    retryable: true,
    hint: seen
      ? 'Try again when it has ended.'
      : `If no skyvern command runs on that machine any more, remove the lock: \`rm -r ${folder}\``,
  })
}

const nameOf = (owner: LockOwner): string =>
  `Process ${owner.pid} on ${owner.host}, since ${ageOf(owner)},`
