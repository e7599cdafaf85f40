/**
 * Writes the results file, which is also the journal: a line that must not be lost is on the disk before the work goes on.
 */
import { stringifyJson } from '../http/numbers.ts'
import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError, usageError } from '../errors.ts'
import { reasonOf } from '../system/files.ts'
import { fold, nothingRecorded, readResults } from './results.ts'
import type { Line, Recorded } from './results.ts'

/** A folder is told by what reads it. */
function isPlainFile(file: string): boolean {
  const found = statSync(file)
  return found.isFile() || found.isDirectory()
}

/** The results file could not be written. Nothing may be sent afterwards. */
export class JournalError extends CliError {}

export class Journal {
  private queue: Entry[] = []
  private draining: Promise<void> | undefined
  /** Why the last write failed. */
  private failure: unknown

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    /** Bytes of complete lines. */
    private size: number,
    readonly recorded: Recorded,
  ) {}

  /**
   * Opens a results file, or creates it. An incomplete last line, which a crash left, is removed: nothing depended on it.
   * @throws CliError `usage` for a file of another kind, or one that is damaged in the middle
   */
  static async open(file: string): Promise<Journal> {
    try {
      const found = existsSync(file)
      // A device or a pipe may never end when it is read.
      if (found && !isPlainFile(file)) {
        throw usageError(`${file} cannot be used for results: it is not a plain file.`)
      }
      const { recorded, whole } = found
        ? await readResults(file)
        : { recorded: nothingRecorded(), whole: 0 }
      const handle = await open(file, 'a', 0o600)
      await handle.truncate(whole)
      if (!found) syncFolder(dirname(file))
      return new Journal(file, handle, whole, recorded)
    } catch (error) {
      if (error instanceof CliError) throw error
      throw usageError(`${file} cannot be used for results: ${reasonOf(error)}.`)
    }
  }

  /** Queues a line that may reach the disk later. If writing fails, it is written with the next one. */
  note(line: Line): void {
    this.write(line)
  }

  /** Resolves when the line and all before it are on the disk. @throws JournalError if they cannot be written */
  commit(line: Line): Promise<void> {
    return new Promise((done, fail) => this.write(line, { done, fail }))
  }

  /** @throws JournalError if a line could not be written */
  async close(): Promise<void> {
    await this.draining
    if (this.queue.length > 0) await this.drain()
    await this.handle.close()
    if (this.queue.length > 0) throw this.unwritten()
  }

  private write(line: Line, waiting?: Waiting): void {
    fold(this.recorded, line, this.file)
    this.queue.push({ text: `${stringifyJson(line)}\n`, waiting })
    this.draining ??= this.drain().finally(() => (this.draining = undefined))
  }

  private unwritten(): JournalError {
    const message = `${this.file} cannot be written: ${reasonOf(this.failure)}.`
    return new JournalError('internal', message, {
      hint: 'Make room on the disk, then run the same command again. It continues where it stopped.',
    })
  }

  /** Writes and syncs all queued lines together: a sync takes milliseconds, and 200 rows may be waiting for one. */
  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0)
      const bytes = Buffer.from(batch.map(({ text }) => text).join(''))
      try {
        await this.handle.appendFile(bytes)
        await this.handle.datasync()
        this.size += bytes.length
        for (const { waiting } of batch) waiting?.done()
      } catch (error) {
        this.failure = error
        // A full disk may store part of a line, which must not run into the next one.
        await this.handle.truncate(this.size).catch(() => {})
        // A caller that waits for its line gives up its work. The other lines are facts, and stay queued.
        const facts = batch.filter(({ waiting }) => !waiting)
        this.queue.unshift(...facts)
        for (const { waiting } of batch) waiting?.fail(this.unwritten())
        return
      }
    }
  }
}

interface Waiting {
  done: () => void
  fail: (error: JournalError) => void
}

interface Entry {
  text: string
  waiting?: Waiting
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
