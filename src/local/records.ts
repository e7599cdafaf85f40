/** Objects that survive a restart: one JSON file each, read once, written at each change. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeJson } from './home.ts'
import { makePrivateFolder, readJson } from '../system/files.ts'

export class Records<T> {
  private readonly all = new Map<string, T>()

  /** Deletes the oldest beyond `most`. */
  constructor(
    private readonly folder: string,
    most = Infinity,
  ) {
    makePrivateFolder(folder)
    const ids = readdirSync(folder).flatMap((name) => /^(\w+)\.json$/.exec(name)?.[1] ?? [])
    for (const id of ids.sort((a, b) => (numberOf(a) < numberOf(b) ? -1 : 1))) {
      const value = readJson(this.file(id))
      if (value !== undefined) this.all.set(id, value as T)
    }
    for (const id of [...this.all.keys()].slice(0, Math.max(0, this.all.size - most))) {
      this.remove(id)
    }
  }

  get(id: string): T | undefined {
    return this.all.get(id)
  }

  newestFirst(): T[] {
    return [...this.all.values()].toReversed()
  }

  /** A new object that cannot be written is not added. A change that cannot be written is kept in memory. */
  put(id: string, value: T): void {
    const isNew = !this.all.has(id)
    this.all.set(id, value)
    try {
      writeJson(this.file(id), value)
    } catch (error) {
      if (isNew) this.all.delete(id)
      throw error
    }
  }

  remove(id: string): void {
    this.all.delete(id)
    rmSync(this.file(id))
  }

  private file(id: string): string {
    return join(this.folder, `${id}.json`)
  }
}

/** The numbers in ids increase with time, for all prefixes. */
const numberOf = (id: string): string => id.slice(id.lastIndexOf('_') + 1)
