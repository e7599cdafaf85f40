/** A session as it is remembered, which is how the API shows it. */
import type { BrowserSession } from '../api/types.ts'
import { ORGANIZATION_ID, wireTime } from './wire.ts'

/** Minutes; the real server caps what asks for more. */
export const MAX_TIMEOUT = 240

export type SessionRecord = Required<BrowserSession>
export interface SessionOptions {
  timeout: number | null
  extensions: string[] | null
  browser_type: string | null
  browser_profile_id: string | null
  generate_browser_profile: boolean
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
    warning: null,
  }
}

/** What a run says whose session is not there (any more), in the real server's words. */
export function closedReason(id: string): string {
  return `Browser session ${id} is closed. Create a new browser session and retry.`
}

export function crashedReason(id: string): string {
  return `The browser of session ${id} ended unexpectedly. Create a new browser session and retry.`
}
