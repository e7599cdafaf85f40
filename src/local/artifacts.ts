/** Files that runs leave behind, served under an id: the page as it was when the run ended. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import type { Records } from './records.ts'
import { newId, notFound, ORGANIZATION_ID, wireTime } from './wire.ts'

export interface ArtifactRecord {
  artifact_id: string
  artifact_type: string
  checksum: string
  file_size: number
  run_id: string
  created_at: string
}

/** An artifact without a picture is worth less than an answer in time. */
const SCREENSHOT_WITHIN = 5_000

export class Artifacts {
  constructor(
    private readonly records: Records<ArtifactRecord>,
    private readonly folder: string,
    private readonly now: () => number,
  ) {}

  /** Keeps a picture of the newest page; a page that cannot be pictured leaves none. */
  async takeScreenshot(context: BrowserContext, runId: string): Promise<void> {
    const page = context.pages().findLast((candidate) => !candidate.isClosed())
    const picture = await page?.screenshot({ timeout: SCREENSHOT_WITHIN }).catch(() => undefined)
    if (picture === undefined) return
    const id = newId('a', this.now())
    writeFileSync(this.file(id), picture, { mode: 0o600 })
    this.records.put(id, {
      artifact_id: id,
      artifact_type: 'screenshot_final',
      checksum: createHash('sha256').update(picture).digest('hex'),
      file_size: picture.length,
      run_id: runId,
      created_at: wireTime(this.now()),
    })
  }

  ofRun(runId: string): ArtifactRecord[] {
    return this.records.newestFirst().filter((record) => record.run_id === runId)
  }

  get(id: string): ArtifactRecord {
    const record = this.records.get(id)
    if (record === undefined) throw notFound(`Artifact not found ${id}`)
    return record
  }

  content(id: string): Buffer {
    return readFileSync(this.file(this.get(id).artifact_id))
  }

  private file(id: string): string {
    return join(this.folder, `${id}.png`)
  }
}

/** As the API has it: absent parts are null, and addresses lead to this backend. */
export function toWireArtifact(record: ArtifactRecord, baseUrl: string): Record<string, unknown> {
  const address = contentAddress(record.artifact_id, baseUrl)
  return {
    ...record,
    uri: address,
    signed_url: address,
    bundle_key: null,
    task_id: record.run_id,
    step_id: null,
    workflow_run_id: null,
    workflow_run_block_id: null,
    browser_session_id: null,
    archived: false,
    organization_id: ORGANIZATION_ID,
    modified_at: record.created_at,
  }
}

export function contentAddress(artifactId: string, baseUrl: string): string {
  return `${baseUrl}/v1/artifacts/${artifactId}/content`
}
