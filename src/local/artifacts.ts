/** Artifacts of runs, served by id: their downloads, and a screenshot of the last page. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BrowserContext } from 'playwright-core'
import type { FileInfo } from '../api/types.ts'
import type { Records } from './records.ts'
import { newId, notFound, ORGANIZATION_ID, wireTime } from './wire.ts'

export interface ArtifactRecord {
  artifact_id: string
  artifact_type: 'screenshot_final' | 'download'
  /** The name of a download as the site gave it: a base name, but untrusted. */
  filename: string
  checksum: string
  file_size: number
  /** null for a download outside of runs. */
  run_id: string | null
  browser_session_id: string | null
  created_at: string
}

/** The session and run of an artifact. */
export type Origin = Pick<ArtifactRecord, 'run_id' | 'browser_session_id'>

/** Milliseconds for a screenshot. A run ends without one rather than late. */
const SCREENSHOT_WITHIN = 5_000

export class Artifacts {
  constructor(
    private readonly records: Records<ArtifactRecord>,
    private readonly folder: string,
    private readonly now: () => number,
  ) {}

  /** Saves a screenshot of the newest page, unless the page cannot be captured. */
  async keepScreenshot(context: BrowserContext, origin: Origin): Promise<void> {
    const page = context.pages().findLast((candidate) => !candidate.isClosed())
    const picture = await page?.screenshot({ timeout: SCREENSHOT_WITHIN }).catch(() => undefined)
    if (picture === undefined) return
    await this.keep('screenshot_final', 'screenshot.png', Readable.from([picture]), origin)
  }

  async keepDownload(name: string, path: string, origin: Origin): Promise<void> {
    await this.keep('download', basename(name), createReadStream(path), origin)
  }

  ofRun(runId: string): ArtifactRecord[] {
    return this.records.newestFirst().filter((record) => record.run_id === runId)
  }

  ofSession(sessionId: string): ArtifactRecord[] {
    return this.records.newestFirst().filter((record) => record.browser_session_id === sessionId)
  }

  find(id: string): ArtifactRecord | undefined {
    return this.records.get(id)
  }

  get(id: string): ArtifactRecord {
    const record = this.find(id)
    if (record === undefined) throw notFound(`Artifact not found ${id}`)
    return record
  }

  content(id: string): Readable {
    return createReadStream(this.file(this.get(id).artifact_id))
  }

  private async keep(
    type: ArtifactRecord['artifact_type'],
    filename: string,
    bytes: Readable,
    origin: Origin,
  ): Promise<void> {
    const id = newId('a', this.now())
    const hash = createHash('sha256')
    bytes.on('data', (chunk: Buffer) => hash.update(chunk))
    await pipeline(bytes, createWriteStream(this.file(id), { mode: 0o600 }))
    this.records.put(id, {
      artifact_id: id,
      artifact_type: type,
      filename,
      checksum: hash.digest('hex'),
      file_size: (await stat(this.file(id))).size,
      ...origin,
      created_at: wireTime(this.now()),
    })
  }

  private file(id: string): string {
    return join(this.folder, id)
  }
}

/** An artifact in the form of the API: missing values are null, and URLs point to this backend. */
export function toWireArtifact(record: ArtifactRecord, baseUrl: string): Record<string, unknown> {
  const { filename: _filename, ...wire } = record
  const address = contentAddress(record.artifact_id, baseUrl)
  return {
    ...wire,
    uri: address,
    signed_url: address,
    bundle_key: null,
    task_id: record.run_id,
    step_id: null,
    workflow_run_id: null,
    workflow_run_block_id: null,
    observer_cruise_id: null,
    observer_thought_id: null,
    ai_suggestion_id: null,
    archived: false,
    organization_id: ORGANIZATION_ID,
    modified_at: record.created_at,
  }
}

/** The downloads among the artifacts, in the form of runs and sessions. */
export function toDownloadedFiles(records: ArtifactRecord[], baseUrl: string): FileInfo[] {
  return records
    .filter((record) => record.artifact_type === 'download')
    .map(({ artifact_id, checksum, filename, file_size, created_at }) => ({
      url: contentAddress(artifact_id, baseUrl),
      checksum,
      filename,
      file_size,
      modified_at: created_at,
      artifact_id,
    }))
}

export function contentAddress(artifactId: string, baseUrl: string): string {
  return `${baseUrl}/v1/artifacts/${artifactId}/content`
}
