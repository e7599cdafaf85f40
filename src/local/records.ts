/** What the API remembers over a restart: one JSON file an object, read once, written through. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, writeJson } from './home.ts'

export class Records<T> {
  private readonly all = new Map<string, T>()

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    for (const name of names.sort()) {
      const value = readJson(join(folder, name))
      if (value !== undefined) this.all.set(name.slice(0, -'.json'.length), value as T)
    }
  }

  get(id: string): T | undefined {
    return this.all.get(id)
  }

  /** Newest first: ids rise with time. */
  newestFirst(): T[] {
    return [...this.all.values()].toReversed()
  }

  put(id: string, value: T): void {
    this.all.set(id, value)
    writeJson(join(this.folder, `${id}.json`), value)
  }

  remove(id: string): void {
    this.all.delete(id)
    rmSync(join(this.folder, `${id}.json`), { force: true })
  }
}
