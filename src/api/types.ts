/**
 * The wire types: field names exactly as the REST API has them. Times are UTC without a zone suffix, as the
 * server sends them. Enum types stay open (`| (string & {})`): a newer server may send values that this release
 * has never heard of, and nothing may break on one.
 */

import type { EXTENSIONS, BROWSER_TYPES, ENGINES, RUN_STATUSES } from './values.ts'

export type Open<Known extends string> = Known | (string & {})

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export interface GeoTarget {
  country: string
  subdivision?: string
  city?: string
  /** An address of an internet provider. From server 1.0.56 on. */
  isISP?: boolean
}

/** An enum word such as `RESIDENTIAL_GB`, a place, or a self-hosted server's own proxy. */
export type ProxyLocation = string | GeoTarget | { url: string }

export interface FileInfo {
  url: string
  filename?: string | null
  /** SHA-256, hexadecimal. */
  checksum?: string | null
  /** Bytes. */
  file_size?: number | null
  artifact_id?: string | null
  modified_at?: string | null
}

export interface BrowserSettings {
  /** An IANA name such as `America/New_York`. */
  timezone_id?: string | null
}

export interface CreateBrowserSessionRequest {
  /** Minutes, counted from readiness; 5 to 1440, and a server may cap it. */
  timeout?: number
  url?: string
  proxy_location?: ProxyLocation
  proxy_session_id?: string
  extensions?: Open<(typeof EXTENSIONS)[number]>[]
  browser_type?: Open<(typeof BROWSER_TYPES)[number]>
  browser_profile_id?: string
  generate_browser_profile?: boolean
  needs_live_view?: boolean
  /** From server 1.0.56 on. */
  browser_settings?: BrowserSettings
}

export interface UpdateBrowserSessionRequest {
  generate_browser_profile: boolean
}

export interface ExtendBrowserSessionRequest {
  /** Added to the session's deadline; a server grants less when its longest life would be passed. */
  additional_minutes: number
}

export interface BrowserSession {
  /** `pbs_` and digits beyond 2^53: always a string. */
  browser_session_id: string
  organization_id?: string
  status: Open<'created' | 'running' | 'retry' | 'completed' | 'failed' | 'timeout'> | null
  runnable_type?: string | null
  /** The run that occupies the session. */
  runnable_id?: string | null
  /** Minutes, the effective value. */
  timeout: number | null
  /** A CDP URL that may carry a token: a secret. */
  browser_address: string | null
  app_url: string | null
  extensions?: string[] | null
  browser_type?: string | null
  browser_profile_id?: string | null
  generate_browser_profile?: boolean
  /** Asked for at create, and what the browser then reported. */
  browser_settings?: BrowserSettings | null
  browser_settings_receipt?: {
    requested_timezone_id?: string | null
    actual_timezone_id?: string | null
    source?: string
    status?: string
    warning?: string | null
  } | null
  vnc_streaming_supported?: boolean
  stream_transport?: string | null
  download_path?: string | null
  downloaded_files?: FileInfo[] | null
  recordings?: FileInfo[] | null
  /** Set when the browser is ready; the session's clock starts here. */
  started_at: string | null
  completed_at?: string | null
  created_at: string
  modified_at?: string
  deleted_at?: string | null
  created_by?: string | null
  /** `external` for a browser that somebody else runs, which has `remaining_lifetime_seconds`. */
  source?: Open<'managed' | 'external'>
  remaining_lifetime_seconds?: number | null
  /** Only in the answers to create and extend: what the server changed, such as a capped timeout. */
  warning?: string | null
  /** Only in an answer of the embedded backend to a create with fields that it does not apply. */
  embedded?: {
    ignored: string[]
    /** The part of `warning` that is about anything else. */
    warning: string | null
  }
}

export interface RunTaskRequest {
  prompt: string
  url?: string
  engine?: Open<(typeof ENGINES)[number]>
  title?: string
  browser_session_id?: string
  browser_profile_id?: string
  proxy_location?: ProxyLocation
  data_extraction_schema?: Json | object
  error_code_mapping?: Record<string, string>
  max_steps?: number
  max_screenshot_scrolls?: number
  webhook_url?: string
  totp_identifier?: string
  totp_url?: string
  model?: Record<string, unknown>
  extra_http_headers?: Record<string, string>
  run_with?: Open<'agent' | 'code'>
  browser_address?: string
  cdp_connect_headers?: Record<string, string>
  start_fresh_browser?: boolean
  include_action_history_in_verification?: boolean
  publish_workflow?: boolean
  /** Uploaded files, 50 at the most. From server 1.0.56 on. */
  file_ids?: string[]
}

export type RunStatus = Open<(typeof RUN_STATUSES)[number]>

export interface Run {
  /** `tsk_…`, `tsk_v2_…` or `wr_…`. */
  run_id: string
  run_type: string
  status: RunStatus
  output: Json
  downloaded_files?: FileInfo[] | null
  recording_url?: string | null
  screenshot_urls?: string[] | null
  failure_reason: string | null
  errors?: Json[] | null
  app_url?: string | null
  browser_session_id?: string | null
  browser_profile_id?: string | null
  step_count?: number | null
  run_request?: Record<string, Json> | null
  created_at: string
  modified_at?: string
  queued_at?: string | null
  started_at?: string | null
  finished_at?: string | null
  /** Of an agent's run: a further attempt follows, whatever the status says. */
  retry_pending?: boolean
  next_attempt_at?: string | null
}

/** A row of the run list: no output, no failure_reason, and another name for the type. */
export interface RunListItem {
  run_id: string
  task_run_id?: string
  task_run_type: string
  status: RunStatus
  title: string | null
  created_at: string
  started_at?: string | null
  finished_at?: string | null
}

export interface BrowserProfile {
  /** `bp_` and digits. */
  browser_profile_id: string
  organization_id?: string
  name: string
  description: string | null
  source_browser_type?: string | null
  proxy_location?: ProxyLocation | null
  proxy_session_id?: string | null
  created_at: string
  modified_at?: string
  deleted_at?: string | null
}

export interface BrowserProfileUsage {
  workflows?: { workflow_permanent_id: string; title?: string | null }[]
  credentials?: { credential_id: string; name?: string | null }[]
}

export interface CreateBrowserProfileRequest {
  name: string
  description?: string
  browser_session_id?: string
  workflow_run_id?: string
  proxy_location?: ProxyLocation
  proxy_session_id?: string
}

export interface UpdateBrowserProfileRequest {
  name?: string
  description?: string
  /** null clears the pin. */
  proxy_location?: ProxyLocation | null
  proxy_session_id?: string
  rotate_proxy_session_id?: boolean
}

export interface Artifact {
  artifact_id: string
  artifact_type: string
  uri?: string | null
  signed_url?: string | null
  /** SHA-256, hexadecimal. */
  checksum?: string | null
  /** Bytes. */
  file_size?: number | null
  run_id?: string | null
  created_at?: string
}

export interface Organization {
  organization_id: string
  organization_name: string
}
