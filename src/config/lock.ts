/**
 * One process at a time, by a file that only one can create. A lock whose process has gone is taken away, so that a
 * killed command stands in nobody's way; only who holds the lock's broom may do so, because between a look at a stale
 * lock and its removal somebody else may have made a fresh one.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { CliError } from '../errors.ts'
import { codeOf } from '../system/files.ts'
import { isAlive, thisProcess } from './process.ts'
import type { ProcessIdentity } from './process.ts'

interface Owner extends ProcessIdentity {
  host: string
}

/** A file that was created and has no content yet. */
const BEING_WRITTEN = 5_000
/** Of another machine, on a shared disk, nothing can be asked. */
const FOREIGN = 10 * 60_000

/** Does the work while no other process does any under the same file. @throws as `takeLock` */
export async function withLock<T>(file: string, work: () => Promise<T> | T): Promise<T> {
  const release = await takeLock(file)
  try {
    return await work()
  } finally {
    release()
  }
}

/**
 * Waits until no other process has the lock, and takes it. Returns the function that gives it back.
 * @param seconds how long to wait for the others
 * @throws CliError `conflict` when they take longer · what the file system throws
 */
export async function takeLock(file: string, seconds = 30): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const deadline = Date.now() + seconds * 1000
  const owner: Owner = { ...thisProcess(), host: hostname() }
  while (!create(file, JSON.stringify(owner))) {
    sweep(file)
    if (Date.now() > deadline) {
      const holder = ownerOf(file)?.pid ?? 'unknown'
      throw new CliError('conflict', `Process ${holder} holds ${file}.`, { retryable: true })
    }
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40))
  }
  return () => release(file)
}

/** Never fails: what was done under the lock counts, and others see that this process has gone. */
function release(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {}
}

function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // A full disk takes the file and not its content.
    if (codeOf(error) === 'ENOSPC') rmSync(file, { force: true })
    throw error
  }
}

function sweep(file: string): void {
  if (!isStale(file)) return
  const broom = `${file}.broom`
  try {
    closeSync(openSync(broom, 'wx', 0o600))
  } catch {
    if (ageOf(broom) > BEING_WRITTEN) rmSync(broom, { force: true })
    return
  }
  try {
    if (isStale(file)) rmSync(file, { force: true })
  } finally {
    rmSync(broom, { force: true })
  }
}

function isStale(file: string): boolean {
  const owner = ownerOf(file)
  if (!owner) return ageOf(file) > BEING_WRITTEN
  if (owner.host !== hostname()) return ageOf(file) > FOREIGN
  return !isAlive(owner)
}

function ownerOf(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

/** Milliseconds since the last change; 0 for a file that has gone. */
function ageOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? Date.now() - found.mtimeMs : 0
}
