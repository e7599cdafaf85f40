/** Small files: reading JSON, setting damaged files aside, and replacing a file in one step. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { decodeText, NotText } from './text.ts'

type Values = Record<string, unknown>
const STICKY = 0o1000
export type Warn = (text: string) => void

/** The object in a file; `{}` if the file is missing. A file that cannot be read gives `{}` and a warning. */
export function readValues(file: string, warn: Warn): Values {
  try {
    return readObject(file) ?? {}
  } catch (error) {
    const isDamage = error instanceof NotText || error instanceof SyntaxError
    if (isDamage) warn(`${file} is damaged and was not used. It is left as it is.`)
    else warn(`${file} cannot be read (${codeOf(error)}).`)
    return {}
  }
}

/** The object in a file; undefined if the file is missing. @throws what the file system throws · SyntaxError · NotText */
export function readObject(file: string): Values | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  const value: unknown = JSON.parse(decodeText(bytes))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values
  throw new SyntaxError('it is not a JSON object')
}

/** The JSON in a file; undefined if the file is missing or is not JSON. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(decodeText(readFileSync(file)))
  } catch {
    return undefined
  }
}

/** Whether the file exists and is not a JSON object. */
export function isDamaged(file: string): boolean {
  try {
    readObject(file)
    return false
  } catch (error) {
    return error instanceof NotText || error instanceof SyntaxError
  }
}

/** Renames a damaged file, so that a new one can be written and nothing is lost. */
export function keepDamaged(file: string, warn: Warn): void {
  if (!isDamaged(file)) return
  const kept = `${file}.damaged-${Date.now()}`
  renameSync(file, kept)
  warn(`${file} was damaged; it is kept as ${kept}.`)
}

/**
 * Replaces a file. Readers see the old content or the new, never a part of either. On an error the old file is left as it
 * was.
 * @param flush whether to wait until the content is on the disk and survives a power failure
 */
export function replaceFile(file: string, content: string, { flush = true } = {}): void {
  const temporary = `${file}.${uniqueSuffix()}.tmp`
  try {
    const descriptor = openSync(temporary, 'w', 0o600)
    try {
      const bytes = Buffer.from(content)
      // On a full disk, write stores a part and reports success; only the next write fails.
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
      if (flush) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** For temporary names. The process id alone is not enough: two containers that share a folder can have the same one. */
export const uniqueSuffix = (): string =>
  `${process.pid}-${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`

/** Makes a folder that only its owner can read. */
export function makePrivateFolder(folder: string): void {
  makeFolders(folder, 0o700)
}

/**
 * Makes a folder and those above it that are missing. Not `recursive` of Node, which never ends where a file system takes
 * no folder and says ENOENT for it, as /proc does.
 * @throws what the file system throws
 */
export function makeFolders(folder: string, mode?: number): void {
  if (isFolder(folder)) return
  const above = dirname(folder)
  if (above !== folder && !existsSync(above)) makeFolders(above, mode)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(folder)) throw error
  }
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/**
 * Removes other users' access to a file or folder of secrets, and warns about it. A folder that is shared on purpose, such
 * as /tmp, is left alone.
 */
export function repairMode(path: string, mode: number, warn: Warn): void {
  if (process.platform === 'win32') return
  try {
    const found = statSync(path).mode
    if ((found & 0o777 & ~mode) === 0 || (found & STICKY) !== 0) return
    chmodSync(path, mode)
    const before = (found & 0o777).toString(8)
    warn(`${path} was open to others (${before}); it is ${mode.toString(8)} now.`)
  } catch (error) {
    warn(`${path} is open to others, and that cannot be changed (${codeOf(error)}).`)
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'

/** Why a file operation failed, for the end of a sentence. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (error instanceof SyntaxError) return 'it is not a JSON object'
  return REASONS[code] ?? (code === 'unknown' ? messageOf(error) : code)
}

const REASONS: Record<string, string> = {
  ENOENT: 'the file does not exist',
  EISDIR: 'it is a folder',
  EEXIST: 'a file with that name exists',
  ENOSPC: 'the disk is full',
  EFBIG: 'the file is too large',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'its folder is a file',
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
