/** Small files: JSON that is read whole, or said to be damaged and kept; writing that leaves the old file or the new. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { decodeText, NotText } from './text.ts'

type Values = Record<string, unknown>
const STICKY = 0o1000
export type Warn = (text: string) => void

/** The object in a file; `{}` if the file is missing, or if it cannot be read, which also gives a warning. */
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

/** The object in a file; undefined without a file. @throws what the file system throws · SyntaxError · NotText */
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

/** Undefined if the file is missing or is not JSON. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(decodeText(readFileSync(file)))
  } catch {
    return undefined
  }
}

/** Whether there is a file that is not a JSON object. */
export function isDamaged(file: string): boolean {
  try {
    readObject(file)
    return false
  } catch (error) {
    return error instanceof NotText || error instanceof SyntaxError
  }
}

/** Moves a damaged file beside itself, so that a new one can be written and nothing is lost. */
export function keepDamaged(file: string, warn: Warn): void {
  if (!isDamaged(file)) return
  const kept = `${file}.damaged-${Date.now()}`
  renameSync(file, kept)
  warn(`${file} was damaged; it is kept as ${kept}.`)
}

/**
 * Puts a file in the place of another. Readers see the old one or the new one, never a part of either. On an error the
 * old one is left as it was.
 * @param flush whether the content is on the disk before this returns, and survives a loss of power
 */
export function replaceFile(file: string, content: string, { flush = true } = {}): void {
  const temporary = `${file}.${uniqueSuffix()}.tmp`
  try {
    const descriptor = openSync(temporary, 'w', 0o600)
    try {
      const bytes = Buffer.from(content)
      // A full disk takes a part, and says so only when asked again.
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

/** For names beside a file. The process id alone is not enough: two containers on one folder can have the same. */
export const uniqueSuffix = (): string =>
  `${process.pid}-${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`

/** A folder that only its owner reads. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/**
 * Takes away what others may do with a file or folder of secrets, and says so. A folder that is shared on purpose,
 * such as /tmp, is left alone.
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

/** For people: of what the file system throws, only the code. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (error instanceof SyntaxError) return 'it is not a JSON object'
  return REASONS[code] ?? (code === 'unknown' ? messageOf(error) : code)
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EEXIST: 'a file has that name',
  ENOSPC: 'the disk is full',
  EFBIG: 'a file may not be that large',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'its folder is a file',
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
