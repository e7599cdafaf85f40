/**
 * Writes the small files: the one module that imports conf, and only when something is written. conf replaces a file
 * whole but trusts a short write of a full disk, so each write is read back, with the old file kept until then.
 */
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { SIGNALS } from '../interrupts.ts'
import { keepDamaged, makePrivateFolder, repairMode } from './files.ts'
import type { Warn } from './files.ts'
import { withLock } from './lock.ts'

type Values = Record<string, unknown>

/** Sets fields of a JSON file (undefined removes one). @throws what the file system throws */
export async function writeValues(file: string, values: Values, warn: Warn): Promise<void> {
  makePrivateFolder(dirname(file))
  // conf reads, changes and replaces: two at once would lose what one of them wrote.
  await withLock(`${file}.lock`, () => replaceValues(file, values, warn))
}

async function replaceValues(file: string, values: Values, warn: Warn): Promise<void> {
  const folder = dirname(file)
  repairMode(folder, 0o700, warn)
  keepDamaged(file, warn)
  const before = `${file}.before-${process.pid}`
  const kept = link(file, before)
  try {
    const store = await openStore(file)
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) store.delete(key)
      else store.set(key, value)
    }
    const expected = JSON.stringify(store.store)
    if (JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))) !== expected) {
      throw new Error(`${file} was not written whole.`)
    }
  } catch (error) {
    if (kept) renameSync(before, file)
    throw error
  }
  if (kept) rmSync(before, { force: true })
}

function link(file: string, to: string): boolean {
  try {
    linkSync(file, to)
    return true
  } catch {
    return false
  }
}

async function openStore(file: string) {
  const mine = SIGNALS.map((signal) => process.listeners(signal))
  const { default: Conf } = await import('conf')
  const store = new Conf<Values>({
    cwd: dirname(file),
    configName: basename(file, '.json'),
    projectName: 'skyvern',
    projectSuffix: '',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    clearInvalidConfig: false,
  })
  dropNewListeners(mine)
  return store
}

/** conf (through when-exit) would make every signal arrive twice. */
function dropNewListeners(mine: NodeJS.SignalsListener[][]): void {
  SIGNALS.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (!mine[index]?.includes(listener)) process.off(signal, listener)
    }
  })
}
