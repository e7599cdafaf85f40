/** Uploaded files: stored under their names until they are deleted or their run has ended. */
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import type { Records } from './records.ts'
import { HttpError, newId, notFound, wireTime } from './wire.ts'

/** The most bytes of a file, as on the real server. */
const SIZE_LIMIT = 30 * 1024 * 1024

export interface UploadRecord {
  file_id: string
  /** A base name. */
  filename: string
  run_id: string | null
  created_at: string
}

export interface AttachedFile {
  name: string
  path: string
}

export class Uploads {
  constructor(
    private readonly records: Records<UploadRecord>,
    private readonly folder: string,
    private readonly now: () => number,
  ) {}

  /** Streams the part named `file` of a multipart body to the disk. */
  async receive(request: IncomingMessage): Promise<UploadRecord> {
    const type = request.headers['content-type'] ?? ''
    if (!/^multipart\/form-data\b/i.test(type)) throw missingFile()
    const { Busboy } = await import('@fastify/busboy')
    const form = new Busboy({
      headers: { ...request.headers, 'content-type': type },
      limits: { files: 1, fileSize: SIZE_LIMIT },
    })
    let writing: Promise<UploadRecord> | undefined
    form.on('file', (field: string, content: Readable, filename: string) => {
      if (field === 'file' && writing === undefined) {
        writing = this.write(content, basename(filename))
        // A truncated form is reported below.
        writing.catch(() => undefined)
      } else content.resume()
    })
    try {
      await pipeline(request, form)
    } catch {
      throw new HttpError(400, 'There was an error parsing the body')
    }
    if (writing === undefined) throw missingFile()
    return writing
  }

  /** 422 for a file that is unknown or belongs to another run. */
  check(ids: string[]): void {
    const missing = [...new Set(ids)].filter((id) => this.records.get(id)?.run_id !== null)
    if (missing.length === 0) return
    const rule =
      'These file ids are not available to attach — each must name a file uploaded by this organization that is not deleted and not already attached to another run'
    throw new HttpError(422, `${rule}: ${missing.join(', ')}`)
  }

  /** Assigns the files to this run. */
  attach(ids: string[], runId: string): AttachedFile[] {
    return [...new Set(ids)].flatMap((id) => {
      const record = this.records.get(id)
      if (record === undefined) return []
      this.records.put(id, { ...record, run_id: runId })
      return { name: record.filename, path: this.pathOf(record) }
    })
  }

  /** Deletes the files of an ended run. */
  async releaseOf(runId: string): Promise<void> {
    const attached = this.records.newestFirst().filter((record) => record.run_id === runId)
    await Promise.all(attached.map(({ file_id: id }) => this.remove(id)))
  }

  async remove(id: string): Promise<void> {
    if (this.records.get(id) === undefined) throw notFound(`File ${id} not found`)
    this.records.remove(id)
    await rm(join(this.folder, id), { recursive: true, force: true })
  }

  find(id: string): UploadRecord | undefined {
    return this.records.get(id)
  }

  pathOf({ file_id, filename }: UploadRecord): string {
    return join(this.folder, file_id, filename)
  }

  private async write(content: Readable, name: string): Promise<UploadRecord> {
    const record: UploadRecord = {
      file_id: newId('file', this.now()),
      filename: /^\.*$/.test(name) ? 'file' : name,
      run_id: null,
      created_at: wireTime(this.now()),
    }
    const folder = join(this.folder, record.file_id)
    await mkdir(folder, { mode: 0o700 })
    try {
      let tooLarge = false
      content.once('limit', () => (tooLarge = true))
      await pipeline(content, createWriteStream(this.pathOf(record), { mode: 0o600 }))
      const megabytes = SIZE_LIMIT / 1024 / 1024
      const detail = `File size exceeds the maximum allowed size (${megabytes}.0 MB)`
      if (tooLarge) throw new HttpError(413, detail)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
    this.records.put(record.file_id, record)
    return record
  }
}

const missingFile = (): HttpError =>
  new HttpError(422, [{ type: 'missing', loc: ['body', 'file'], msg: 'Field required' }])
