/** Uploads: files are checked before anything is sent, and read while they are sent. */
import { constants, promises as fs } from 'node:fs'
import { basename } from 'node:path'
import { usageError } from '../errors.ts'
import type { FilePart } from '../http/multipart.ts'
import { reasonOf } from '../system/files.ts'

/** How many files the API attaches to one run. */
export const MOST_FILES = 50

/** A part for each path. @throws CliError `usage` for what cannot be sent, before anything is */
export async function openFiles(paths: string[], option: string): Promise<FilePart[]> {
  if (paths.length > MOST_FILES) {
    throw usageError(`${option} takes at most ${MOST_FILES} files, not ${paths.length}.`)
  }
  return Promise.all(paths.map((path) => fileOf(path, option)))
}

/** @throws CliError `usage` for a folder, an empty file, and what cannot be read */
export async function fileOf(path: string, option: string): Promise<FilePart> {
  const cannot = (why: string): Error => usageError(`${option}: ${path} ${why}.`)
  const found = await fs
    .access(path, constants.R_OK)
    .then(() => fs.stat(path))
    .catch((error: unknown) => {
      throw cannot(`cannot be read: ${reasonOf(error)}`)
    })
  if (found.isDirectory()) throw cannot('is a folder, not a file')
  if (!found.isFile()) throw cannot('is not a file')
  if (found.size === 0) throw cannot('is empty')
  const { size, mtimeMs } = found
  return { name: basename(path), size, pieces: () => read(path, { size, mtimeMs }) }
}

/** The bytes of the file. @throws CliError `usage` if it has changed since it was checked */
async function* read(
  path: string,
  seen: { size: number; mtimeMs: number },
): AsyncGenerator<Uint8Array> {
  const file = await fs.open(path).catch((error: unknown) => {
    throw usageError(`${path} can no longer be read: ${reasonOf(error)}.`)
  })
  try {
    yield* file.createReadStream({ end: seen.size - 1, autoClose: false })
    const { size, mtimeMs } = await file.stat()
    if (size !== seen.size || mtimeMs !== seen.mtimeMs) {
      throw usageError(`${path} changed while it was being sent.`, 'Send it again when it is done.')
    }
  } finally {
    await file.close()
  }
}
