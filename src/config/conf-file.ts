/**
 * Writes the files of the config store. Only this module imports conf. conf replaces a file as a whole, but does not
 * notice a partial write on a full disk. Each write is therefore read back, and the old file is kept until then.
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

/** Sets fields of a file in which other processes set other fields: one process at a time. @throws as writeValues */
export const updateValues = (file: string, values: Values, warn: Warn): Promise<void> =>
  namingFile(file, () =>
    withLock(`${file}.lock`, () => {
      sweep(file)
      return write(file, values, warn)
    }),
  )

/** Removes copies that a killed writer left: they can contain keys. The caller holds the lock, so nobody else writes. */
function sweep(file: string): void {
  const folder = dirname(file)
  const left = readdirSync(folder).filter((name) =>
    [`${basename(file)}.before-`, `${basename(file)}.tmp-`].some((start) => name.startsWith(start)),
  )
  for (const name of left) rmSync(join(folder, name), { force: true })
}

/**
 * Sets fields of a JSON file (undefined removes one); the last of several processes wins.
 * @throws CliError `internal` if the file cannot be written; it is then unchanged
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

/** Keeps the file under a second name, or as a copy. False if the file does not exist. */
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
    // conf's own parser does not accept a byte order mark.
    deserialize: () => readObject(file) ?? {},
  })
  dropNewListeners(mine)
  return store
}

/** conf (through when-exit) adds listeners that would raise every signal again. */
function dropNewListeners(mine: NodeJS.SignalsListener[][]): void {
  SIGNALS.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (!mine[index]?.includes(listener)) process.off(signal, listener)
    }
  })
}
