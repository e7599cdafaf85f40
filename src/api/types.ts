/**
 * What comes back, with the field names of the REST API. Times are UTC without a zone suffix. Enums are open, because a
 * newer server may send values that this release does not know.
 */
import type { BrowserSettings, ProxyLocation } from './requests.ts'
import type { RUN_STATUSES } from './values.ts'

export type * from './requests.ts'

export type Open<Known extends string> = Known | (string & {})

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

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
export interface RunListItem extends Pick<
  Run,
  'run_id' | 'status' | 'created_at' | 'started_at' | 'finished_at'
> {
  task_run_id?: string
  task_run_type: string
  title: string | null
}

/** Something that a run did or thought; newest first in lists. */
export interface TimelineItem {
  type: Open<'block' | 'thought'>
  block?: TimelineBlock | null
  thought?: { thought?: string | null; answer?: string | null; observation?: string | null } | null
  children?: TimelineItem[]
  created_at: string
}

export interface TimelineBlock {
  block_type: string
  label?: string | null
  description?: string | null
  status?: string | null
  failure_reason?: string | null
  url?: string | null
  /** Seconds. */
  duration?: number | null
  /** Newest first. */
  actions?: TimelineAction[] | null
}

export interface TimelineAction {
  action_type: string
  status?: string | null
  reasoning?: string | null
  intention?: string | null
  description?: string | null
}

export interface WebhookReplay {
  run_id: string
  target_webhook_url?: string | null
  status_code?: number | null
  latency_ms?: number | null
  response_body?: string | null
  error?: string | null
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

export interface UploadedFile {
  file_id: string
  s3_uri?: string | null
  presigned_url?: string | null
  /** Without one it is kept as long as the organization keeps its data. */
  expires_at?: string | null
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

/** A saved agent, in older words a workflow. */
export interface Agent {
  /** `wpid_…`: the same for each version. */
  workflow_permanent_id: string
  title: string
  version?: number
  description?: string | null
  status?: string
  workflow_definition?: { parameters?: AgentParameter[] }
  created_at: string
  modified_at?: string
}

export interface AgentParameter {
  key: string
  /** `workflow` for one that a run gives. */
  parameter_type: string
  workflow_parameter_type?: Open<
    'string' | 'integer' | 'float' | 'boolean' | 'json' | 'file_url' | 'credential_id'
  >
  default_value?: Json
  description?: string | null
}

/** The secret part is never given back. */
export interface Credential {
  credential_id: string
  name: string
  credential_type: Open<'password' | 'credit_card' | 'secret'>
  credential: {
    username?: string
    totp_type?: string
    totp_identifier?: string | null
    has_totp?: boolean
    secret_label?: string | null
    last_four?: string
    brand?: string
  }
  vault_type?: string | null
  browser_profile_id?: string | null
  tested_url?: string | null
}

export interface TotpCode {
  totp_code_id: string
  totp_identifier?: string | null
  code?: string
  content?: string
  created_at?: string
}

export interface Organization {
  organization_id: string
  organization_name: string
}
