/**
 * Writes the files of the config store. This is the one module that imports conf. conf replaces a file whole but trusts
 * a short write of a full disk, so each write is read back, and the old file is kept until then.
 */
import { copyFileSync, existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CliError } from '../errors.ts'
import { SIGNALS } from '../interrupts.ts'
import {
  isDamaged,
  keepDamaged,
  makePrivateFolder,
  readObject,
  reasonOf,
  repairMode,
  uniqueSuffix,
} from '../system/files.ts'
import type { Warn } from '../system/files.ts'
import { withLock } from './lock.ts'

type Values = Record<string, unknown>

/** Sets fields of a file that others set fields of too: one process at a time. @throws as writeValues */
export const updateValues = (file: string, values: Values, warn: Warn): Promise<void> =>
  namingFile(file, () =>
    withLock(`${file}.lock`, () => {
      sweep(file)
      return write(file, values, warn)
    }),
  )

/** What a writer that was killed left behind: copies that can hold keys. The lock says that nobody writes now. */
function sweep(file: string): void {
  const folder = dirname(file)
  const left = readdirSync(folder).filter((name) =>
    [`${basename(file)}.before-`, `${basename(file)}.tmp-`].some((start) => name.startsWith(start)),
  )
  for (const name of left) rmSync(join(folder, name), { force: true })
}

/**
 * Sets fields of a JSON file (undefined removes one); the last of several processes wins.
 * @throws CliError `internal` when the file cannot be written; it is then as it was
 */
export const writeValues = (file: string, values: Values, warn: Warn): Promise<void> =>
  namingFile(file, () => write(file, values, warn))

async function namingFile(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError('internal', `${file} could not be written: ${reasonOf(error)}.`)
  }
}

async function write(file: string, values: Values, warn: Warn): Promise<void> {
  const folder = dirname(file)
  makePrivateFolder(folder)
  repairMode(folder, 0o700, warn)
  keepDamaged(file, warn)
  const before = `${file}.before-${uniqueSuffix()}`
  const kept = keep(file, before)
  try {
    const store = await openStore(file)
    store.store = { ...store.store, ...values }
    if (isDamaged(file)) throw new Error('it was not written whole')
  } catch (error) {
    if (kept) renameSync(before, file)
    throw error
  }
  if (kept) rmSync(before, { force: true })
}

/** A second name for the file, or a copy. False when there is no file. */
function keep(file: string, as: string): boolean {
  if (!existsSync(file)) return false
  try {
    linkSync(file, as)
  } catch {
    copyFileSync(file, as)
  }
  return true
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
    // conf would take no byte order mark.
    deserialize: () => readObject(file) ?? {},
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
