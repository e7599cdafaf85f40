/**
 * What comes back, with the field names of the REST API. Times are UTC without a zone suffix. Enums are open, because a
 * newer server may send values that this release does not know.
 */
import type { BrowserSettings, ProxyLocation } from './requests.ts'
import type { RUN_STATUSES } from './values.ts'

export type * from './requests.ts'

export type Open<Known extends string> = Known | (string & {})

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Fields that a server may leave out or set to null. */
type Maybe<Name extends string, Value = string> = { [Field in Name]?: Value | null }

/** `checksum` is a SHA-256 in hexadecimal digits. */
export interface FileInfo extends Maybe<'filename' | 'checksum' | 'artifact_id' | 'modified_at'> {
  url: string
  /** Bytes. */
  file_size?: number | null
}

export interface BrowserSession
  extends
    Maybe<'organization_id' | 'runnable_type' | 'runnable_id' | 'browser_type' | 'created_by'>,
    Maybe<'browser_profile_id' | 'stream_transport' | 'download_path'>,
    Maybe<'completed_at' | 'modified_at' | 'deleted_at'>,
    Maybe<'downloaded_files' | 'recordings', FileInfo[]> {
  /** `pbs_` and digits beyond 2^53: always a string. */
  browser_session_id: string
  status: Open<'created' | 'running' | 'retry' | 'completed' | 'failed' | 'timeout'> | null
  /** Minutes, the effective value. */
  timeout: number | null
  /** A CDP URL that may carry a token: a secret. */
  browser_address: string | null
  app_url: string | null
  extensions?: string[] | null
  generate_browser_profile?: boolean
  /** Asked for at create, and what the browser then reported. */
  browser_settings?: BrowserSettings | null
  browser_settings_receipt?: Maybe<
    'requested_timezone_id' | 'actual_timezone_id' | 'source' | 'status' | 'warning'
  > | null
  vnc_streaming_supported?: boolean
  /** Set when the browser is ready; the session's clock starts here. */
  started_at: string | null
  created_at: string
  /** `external` for a browser that somebody else runs, which has `remaining_lifetime_seconds`. */
  source?: Open<'managed' | 'external'>
  remaining_lifetime_seconds?: number | null
  /** Only in the answers to create and extend: what the server changed, such as a capped timeout. */
  warning?: string | null
  /** The embedded backend's: the fields that it did not apply, and what else `warning` is about. */
  embedded?: { ignored: string[]; warning: string | null }
}

export type RunStatus = Open<(typeof RUN_STATUSES)[number]>

export interface Run
  extends
    Maybe<'recording_url' | 'app_url' | 'browser_session_id' | 'browser_profile_id'>,
    Maybe<'modified_at' | 'queued_at' | 'started_at' | 'finished_at'>,
    Maybe<'next_attempt_at'> {
  /** `tsk_…`, `tsk_v2_…` or `wr_…`. */
  run_id: string
  run_type: string
  status: RunStatus
  output: Json
  downloaded_files?: FileInfo[] | null
  screenshot_urls?: string[] | null
  failure_reason: string | null
  errors?: Json[] | null
  step_count?: number | null
  run_request?: Record<string, Json> | null
  created_at: string
  /** Of an agent's run: a further attempt follows, whatever the status says. */
  retry_pending?: boolean
}

type RunTimes = 'created_at' | 'started_at' | 'finished_at'

/** A row of the run list: no output, no failure_reason, and another name for the type. */
export interface RunListItem extends Pick<Run, 'run_id' | 'status' | RunTimes> {
  task_run_id?: string
  task_run_type: string
  title: string | null
}

/** Something that a run did or thought; newest first in lists. */
export interface TimelineItem {
  type: Open<'block' | 'thought'>
  block?: TimelineBlock | null
  thought?: Maybe<'thought' | 'answer' | 'observation'> | null
  children?: TimelineItem[]
  created_at: string
}

export interface TimelineBlock extends Maybe<
  'label' | 'description' | 'status' | 'failure_reason' | 'url'
> {
  block_type: string
  /** Seconds. */
  duration?: number | null
  /** Newest first. */
  actions?: TimelineAction[] | null
}

export interface TimelineAction extends Maybe<
  'status' | 'reasoning' | 'intention' | 'description'
> {
  action_type: string
}

export interface WebhookReplay
  extends
    Maybe<'target_webhook_url' | 'response_body' | 'error'>,
    Maybe<'status_code' | 'latency_ms', number> {
  run_id: string
}

export interface Artifact extends Maybe<'uri' | 'signed_url' | 'checksum' | 'run_id'> {
  artifact_id: string
  artifact_type: string
  /** Bytes. */
  file_size?: number | null
  created_at?: string
}

/** Without `expires_at` it is kept as long as the organization keeps its data. */
export interface UploadedFile extends Maybe<'s3_uri' | 'presigned_url' | 'expires_at'> {
  file_id: string
}

export interface BrowserProfile extends Maybe<
  'organization_id' | 'source_browser_type' | 'proxy_session_id' | 'modified_at' | 'deleted_at'
> {
  /** `bp_` and digits. */
  browser_profile_id: string
  name: string
  description: string | null
  proxy_location?: ProxyLocation | null
  created_at: string
}

export interface BrowserProfileUsage {
  workflows?: { workflow_permanent_id: string; title?: string | null }[]
  credentials?: { credential_id: string; name?: string | null }[]
}

/** A saved agent, in older words a workflow. */
export interface Agent extends Maybe<'description' | 'status' | 'modified_at'> {
  /** `wpid_…`: the same for each version. */
  workflow_permanent_id: string
  title: string
  version?: number
  workflow_definition?: { parameters?: AgentParameter[] }
  created_at: string
}

export interface AgentParameter {
  key: string
  /** `workflow` for one that a run gives. */
  parameter_type: string
  workflow_parameter_type?: string
  default_value?: Json
  description?: string | null
}

/** The secret part is never given back. */
export interface Credential extends Maybe<'vault_type' | 'browser_profile_id' | 'tested_url'> {
  credential_id: string
  name: string
  credential_type: Open<'password' | 'credit_card' | 'secret'>
  credential: Maybe<'username' | 'totp_type' | 'totp_identifier' | 'secret_label'> &
    Maybe<'last_four' | 'brand'> & { has_totp?: boolean }
}

export interface TotpCode extends Maybe<'totp_identifier' | 'code' | 'content' | 'created_at'> {
  totp_code_id: string
}

export interface Organization {
  organization_id: string
  organization_name: string
}
