/** A session: its stored record, which is also its form in the API. */
import type { BrowserSession, BrowserSettings } from '../api/types.ts'
import { HttpError, ORGANIZATION_ID, parseWireTime, wireTime } from './wire.ts'

/** Minutes; the real server reduces a higher timeout to this. */
export const MAX_TIMEOUT = 240
/** Minutes; the longest lifetime with extensions. */
const MAX_EXTENDED_TIMEOUT = 360
/** Minutes; the default timeout. */
const DEFAULT_TIMEOUT = 60
/** Milliseconds before its end in which a session can no longer be extended. */
const TOO_LATE = 120_000

export type SessionRecord = Required<Omit<BrowserSession, 'embedded'>>
export interface SessionOptions {
  timeout: number | null
  extensions: string[] | null
  browser_type: string | null
  browser_profile_id: string | null
  generate_browser_profile: boolean
  /** Opens a window. */
  headed: boolean
  /** Accepts any certificate. */
  insecure_tls: boolean
  browser_settings: BrowserSettings | null
}

export function newSession(
  id: string,
  options: SessionOptions,
  at: { created: number; started: number },
): SessionRecord {
  const { timeout, extensions, browser_type, browser_profile_id } = options
  return {
    browser_session_id: id,
    organization_id: ORGANIZATION_ID,
    status: 'running',
    runnable_type: null,
    runnable_id: null,
    timeout: timeout === null ? null : Math.min(timeout, MAX_TIMEOUT),
    browser_address: null,
    app_url: null,
    extensions,
    browser_type,
    browser_profile_id,
    generate_browser_profile: options.generate_browser_profile,
    browser_settings: options.browser_settings,
    browser_settings_receipt: null,
    vnc_streaming_supported: false,
    stream_transport: null,
    download_path: null,
    downloaded_files: [],
    recordings: [],
    started_at: wireTime(at.started),
    completed_at: null,
    created_at: wireTime(at.created),
    modified_at: wireTime(at.started),
    deleted_at: null,
    created_by: null,
    source: 'managed',
    remaining_lifetime_seconds: null,
    warning: null,
  }
}

/** The timeout of a session after minutes are added, up to the limit. */
export function extendedLife(
  session: SessionRecord,
  minutes: number,
  now: number,
): { timeout: number; granted: number } {
  const refuse = (why: string): HttpError =>
    new HttpError(409, `Browser session ${session.browser_session_id} ${why}`)
  if (session.completed_at !== null) {
    throw refuse('has already ended and can no longer be extended.')
  }
  const current = session.timeout ?? DEFAULT_TIMEOUT
  const room = MAX_EXTENDED_TIMEOUT - current
  if (room <= 0) {
    const longest = `the maximum lifetime of ${MAX_EXTENDED_TIMEOUT} minutes`
    throw refuse(`cannot be extended: the session is already at ${longest}.`)
  }
  const end = parseWireTime(session.started_at ?? session.created_at) + current * 60_000
  if (end - now < TOO_LATE) throw refuse('cannot be extended: browser session has expired')
  const granted = Math.min(minutes, room)
  return { timeout: current + granted, granted }
}

/** The real server's error for a task in an ended session. */
export function endedReason({ browser_session_id: id, status }: SessionRecord): string {
  return `Browser session ${id} is no longer usable (status: ${status}). Create a new browser session and retry.`
}

/** The real server's failure reason for a run in an unknown or ended session. */
export function closedReason(id: string): string {
  return `Browser session ${id} is closed. Create a new browser session and retry.`
}

export function crashedReason(id: string): string {
  return `The browser of session ${id} ended unexpectedly. Create a new browser session and retry.`
}
