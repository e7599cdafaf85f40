/** Browser profiles: named copies of the state of ended sessions. */
import { existsSync, renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../api/types.ts'
import type { Records } from './records.ts'
import type { SessionRecord } from './session-record.ts'
import { HttpError, newId, notFound, ORGANIZATION_ID, wireTime } from './wire.ts'

export interface ProfileRecord {
  browser_profile_id: string
  organization_id: string
  name: string
  description: string | null
  source_browser_type: string | null
  proxy_location: Json
  proxy_session_id: string | null
  is_managed: boolean
  workflow_permanent_id: null
  browser_profile_key_digest: null
  created_at: string
  modified_at: string
  deleted_at: string | null
  last_verified_login_at: null
  linked_credential_name: null
}

export type ProfileOptions = Pick<
  ProfileRecord,
  'name' | 'description' | 'proxy_location' | 'proxy_session_id'
>

export class Profiles {
  constructor(
    private readonly records: Records<ProfileRecord>,
    private readonly folder: string,
    private readonly now: () => number,
  ) {}

  /**
   * Creates a blank profile, or moves the archive of `source` into it, which works once. It runs synchronously, so two
   * requests cannot both get one name or one archive.
   */
  create(
    options: ProfileOptions,
    source?: { session: SessionRecord; archive: string },
  ): ProfileRecord {
    this.requireFreeName(options.name)
    const id = newId('bp', this.now())
    if (source !== undefined) {
      this.requireArchive(source.session, source.archive)
      renameSync(source.archive, join(this.folder, id))
    }
    const now = wireTime(this.now())
    const profile: ProfileRecord = {
      browser_profile_id: id,
      organization_id: ORGANIZATION_ID,
      ...options,
      source_browser_type: source?.session.browser_type ?? null,
      is_managed: false,
      workflow_permanent_id: null,
      browser_profile_key_digest: null,
      created_at: now,
      modified_at: now,
      deleted_at: null,
      last_verified_login_at: null,
      linked_credential_name: null,
    }
    this.records.put(id, profile)
    return profile
  }

  get(id: string): ProfileRecord {
    const profile = this.find(id)
    if (profile !== undefined) return profile
    throw notFound(`Browser profile ${id} not found for organization ${ORGANIZATION_ID}`)
  }

  find(id: string): ProfileRecord | undefined {
    const profile = this.records.get(id)
    return profile?.deleted_at === null ? profile : undefined
  }

  newestFirst(): ProfileRecord[] {
    return this.records.newestFirst()
  }

  update(id: string, change: Partial<ProfileOptions>): ProfileRecord {
    const profile = this.get(id)
    if (change.name !== undefined && change.name !== profile.name) this.requireFreeName(change.name)
    const changed = { ...profile, ...change, modified_at: wireTime(this.now()) }
    this.records.put(id, changed)
    return changed
  }

  /** Deletes the logins. The record stays for `include_deleted`. */
  async remove(id: string): Promise<void> {
    const now = wireTime(this.now())
    this.records.put(id, { ...this.get(id), deleted_at: now, modified_at: now })
    await rm(join(this.folder, id), { recursive: true, force: true })
  }

  /** Folder to start a browser from; undefined if the profile is blank. */
  data(id: string): string | undefined {
    const folder = join(this.folder, this.get(id).browser_profile_id)
    return existsSync(folder) ? folder : undefined
  }

  private requireFreeName(name: string): void {
    const taken = this.newestFirst().some(
      (other) => other.deleted_at === null && other.name === name,
    )
    if (!taken) return
    const advice = 'Use a different name or delete the existing profile.'
    throw new HttpError(409, `A browser profile named '${name}' already exists. ${advice}`)
  }

  /** Each cause has its own text, by which clients decide whether to try again. */
  private requireArchive(session: SessionRecord, archive: string): void {
    const { generate_browser_profile, browser_profile_id } = session
    if (!generate_browser_profile && browser_profile_id === null) {
      throw new HttpError(
        400,
        'This browser session was not configured to generate a browser profile. ' +
          'Start a session with generate_browser_profile enabled to capture a profile.',
      )
    }
    if (!generate_browser_profile && this.find(browser_profile_id ?? '') === undefined) {
      const detail = `This browser session reused profile ${browser_profile_id}, whose archive is unavailable.`
      throw new HttpError(400, detail)
    }
    if (session.completed_at !== null && existsSync(archive)) return
    if (session.completed_at !== null) {
      throw new HttpError(
        400,
        'This browser session has ended and has no profile archive to save, so retrying will not help. ' +
          "A session's archive can be saved as a profile only once; start a new session with " +
          'generate_browser_profile enabled to capture another profile.',
      )
    }
    throw new HttpError(
      400,
      'Browser session does not have a persisted profile archive. ' +
        'Close the session and wait for upload before creating a browser profile.',
    )
  }
}
