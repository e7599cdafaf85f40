/**
 * Writes the results file, which is the journal too: what must not be lost is on the disk before anything depends on it.
 */
import { stringifyJson } from '../http/numbers.ts'
import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError, usageError } from '../errors.ts'
import { reasonOf } from '../system/files.ts'
import { fold, nothingRecorded, readResults } from './results.ts'
import type { Line, Recorded } from './results.ts'

/** A results file that could not be written. Nothing may be sent after it. */
export class JournalError extends CliError {}

export class Journal {
  private queue: Entry[] = []
  private draining: Promise<void> | undefined
  /** Why the last write failed. */
  private failure: unknown

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    /** Bytes that are whole. */
    private size: number,
    readonly recorded: Recorded,
  ) {}

  /**
   * Opens a results file, or makes one. A last line that was cut off by a crash is taken away: nothing was done on it.
   * @throws CliError `usage` for a file that is not of this kind, or is damaged in the middle
   */
  static async open(file: string): Promise<Journal> {
    try {
      const found = existsSync(file)
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

  /** Writes a line that may come to the disk a little later. When that fails, it goes with the next one. */
  note(line: Line): void {
    this.write(line)
  }

  /** Resolves when the line, and all before it, are on the disk. @throws JournalError when they are not */
  commit(line: Line): Promise<void> {
    return new Promise((done, fail) => this.write(line, { done, fail }))
  }

  /** @throws JournalError when a line could not be written */
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
      hint: 'Make room for it, then start the same command again: it goes on.',
    })
  }

  /** All that waits is written at once and synced once: a sync takes milliseconds, and 200 rows may wait for one. */
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
        // A full disk takes a part: a line that is cut must not be glued to the next one.
        await this.handle.truncate(this.size).catch(() => {})
        // Whoever waits for a line gives up what depends on it; the others are facts, and stay.
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
