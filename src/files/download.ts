/**
 * Downloads a file that the API names, by its artifact id if it has one. The key goes only to the API's own origin. The
 * file is written under another name, and moved into place once its size and checksum are right. Nothing is overwritten
 * unless asked for.
 */
import { createHash } from 'node:crypto'
import { constants, createReadStream, existsSync, statSync } from 'node:fs'
import { copyFile, link, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '../http/client.ts'
import { getArtifactContent } from '../api/endpoints.ts'
import { isLoopback } from '../http/base-url.ts'
import { stream } from '../http/answer.ts'
import type { StreamReply } from '../http/answer.ts'
import { request } from '../http/request.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { codeOf } from '../system/files.ts'
import { CliError } from '../errors.ts'

/** A file to fetch. */
export interface Source {
  /** A plain file name. */
  name: string
  artifactId?: string
  address?: string
  /** SHA-256, hexadecimal. */
  checksum?: string
  /** Bytes. */
  size?: number
}

export interface SavedFile {
  path: string
  file_size: number
  /** SHA-256, hexadecimal. */
  checksum: string
  artifact_id: string | null
}

export interface DownloadOptions {
  folder: string
  overwrite?: boolean
  /** Reads `file://` addresses of a server on this machine. */
  allowFileUrls?: boolean
  signal?: AbortSignal
}

/** The largest file, in bytes, whose size the server does not say. */
const SIZE_LIMIT = 8 * 1024 ** 3

/** @throws CliError `conflict`, `bad_response`, `not_found` · ApiError */
export async function download(
  client: Client,
  source: Source,
  options: DownloadOptions,
): Promise<SavedFile> {
  const path = join(options.folder, source.name)
  if (existsSync(path) && !options.overwrite) return keptFile(path, source)
  const partial = join(options.folder, `${source.name}.${process.pid}.part`)
  try {
    const body = await openSource(client, source, options)
    const written = await write(body, partial, source)
    await moveIntoPlace(partial, path, options.overwrite === true)
    return { path, ...written, artifact_id: source.artifactId ?? null }
  } finally {
    await rm(partial, { force: true })
  }
}

async function openSource(
  client: Client,
  { name, artifactId, address = '' }: Source,
  { allowFileUrls, signal }: DownloadOptions,
): Promise<AsyncIterable<Buffer>> {
  const options = { abortSignal: signal }
  if (artifactId) return (await getArtifactContent(client, artifactId, options)).body
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') {
    return (await getAddress(client, url, options)).body
  }
  if (url?.protocol !== 'file:') {
    throw new CliError('not_found', `The server did not give an address for ${name}.`)
  }
  // Otherwise any server could make the tool copy files of this machine.
  const own = isLoopback(new URL(client.baseUrl))
  if (own && allowFileUrls) return createReadStream(fileURLToPath(url))
  throw new CliError(
    'api_error',
    `${name} is only on the disk of the server, which does not serve it.`,
    {
      hint: own ? 'If that is this machine, add --allow-file-urls.' : undefined,
    },
  )
}

/** The bytes at an address that the server gave. The key and the user's headers go only to the API's origin. */
function getAddress(client: Client, address: URL, options: RequestOptions): Promise<StreamReply> {
  const { apiKey, headers, ...rest } = client
  const own = address.origin === new URL(client.baseUrl).origin && { apiKey, headers }
  const target = createClient({ ...rest, ...own, baseUrl: address.origin })
  const path = address.pathname + address.search
  return request(target, { method: 'GET', path, repeat: 'safe', expect: stream }, options)
}

/** Writes a new file. @throws CliError `bad_response` if its size or checksum is wrong */
async function write(
  body: AsyncIterable<Buffer>,
  path: string,
  { name, size, checksum }: Source,
): Promise<{ file_size: number; checksum: string }> {
  const hash = createHash('sha256')
  const limit = size ?? SIZE_LIMIT
  let written = 0
  const file = await open(path, 'wx')
  try {
    for await (const chunk of body) {
      written += chunk.length
      if (written > limit) throw notAsAnnounced(name, `is larger than ${limit} bytes`)
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  const actual = hash.digest('hex')
  if (size !== undefined && written !== size) {
    throw notAsAnnounced(name, `has ${written} bytes, not ${size}`)
  }
  if (checksum !== undefined && actual !== checksum.toLowerCase()) {
    throw notAsAnnounced(name, `has the SHA-256 ${actual}, not ${checksum}`)
  }
  return { file_size: written, checksum: actual }
}

const notAsAnnounced = (name: string, what: string): CliError =>
  new CliError('bad_response', `${name} ${what}. It was not kept.`, { retryable: true })

/** A link fails if the file exists, which a rename does not. A copy is for file systems without links. */
async function moveIntoPlace(from: string, to: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(from, to)
  try {
    await link(from, to).catch((error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error
      return copyFile(from, to, constants.COPYFILE_EXCL)
    })
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? exists(to) : error
  }
}

/** The file already exists. That is fine if it is the same, so that a command can be repeated. */
async function keptFile(path: string, { checksum, artifactId }: Source): Promise<SavedFile> {
  if (checksum === undefined || !statSync(path).isFile()) throw exists(path)
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk)
    size += chunk.length
  }
  const actual = hash.digest('hex')
  if (actual !== checksum.toLowerCase()) throw exists(path)
  return { path, file_size: size, checksum: actual, artifact_id: artifactId ?? null }
}

const exists = (path: string): CliError =>
  new CliError('conflict', `${path} already exists and was not changed.`, {
    hint: 'Save into another --dir, or add --overwrite.',
  })
