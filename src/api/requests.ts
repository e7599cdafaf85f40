/** Request types, with the field names of the REST API. */
import type { Json, Open } from './types.ts'
import type { BROWSER_TYPES, ENGINES, EXTENSIONS } from './values.ts'

export interface GeoTarget {
  country: string
  subdivision?: string
  city?: string
  /** An address of an internet provider. From server 1.0.56 on. */
  isISP?: boolean
}

/** An enum word such as `RESIDENTIAL_GB`, a place, or a self-hosted server's own proxy. */
export type ProxyLocation = string | GeoTarget | { url: string }

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

export interface BrowserSettings {
  /** An IANA name such as `America/New_York`. */
  timezone_id?: string | null
}

/** Fields of every kind of run. */
interface RunRequest {
  browser_session_id?: string
  browser_profile_id?: string
  webhook_url?: string
  /** For one-time codes that come by mail or text message. */
  totp_identifier?: string
  totp_url?: string
}

export interface RunTaskRequest extends RunRequest {
  prompt: string
  url?: string
  engine?: Open<(typeof ENGINES)[number]>
  title?: string
  proxy_location?: ProxyLocation
  data_extraction_schema?: Json | object
  error_code_mapping?: Record<string, string>
  max_steps?: number
  max_screenshot_scrolls?: number
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

export interface RunAgentRequest extends RunRequest {
  /** `wpid_…` */
  agent_id: string
  parameters?: Record<string, unknown>
  file_ids?: string[]
}

export interface LoginRequest extends RunRequest {
  credential_type: Open<'skyvern' | 'bitwarden' | '1password' | 'azure_vault'>
  credential_id?: string
  url?: string
  /** Replaces the server's own instructions for logging in. */
  prompt?: string
}

/** Pages count from 1; `page_size` goes up to 100. */
export interface PageQuery {
  page?: number
  page_size?: number
}

export interface GetRunsQuery extends PageQuery {
  /** Sent as a repeated parameter; the server refuses a comma-separated list. */
  status?: string[]
  run_type?: string[]
  search_key?: string
}

interface ProfileFields {
  description?: string
  /** null clears the pin of an existing profile. */
  proxy_location?: ProxyLocation | null
  proxy_session_id?: string
}

export interface CreateBrowserProfileRequest extends ProfileFields {
  name: string
  browser_session_id?: string
  workflow_run_id?: string
}

export interface UpdateBrowserProfileRequest extends ProfileFields {
  name?: string
  rotate_proxy_session_id?: boolean
}

export interface PasswordCredential {
  username: string
  password: string
  /** The key of an authenticator app, Base32 or an `otpauth://` address. */
  totp?: string
  totp_type?: Open<'authenticator' | 'email' | 'text' | 'none'>
  totp_identifier?: string
}

export interface CreateCredentialRequest {
  name: string
  credential_type: Open<'password' | 'secret'>
  credential: PasswordCredential | { secret_value: string; secret_label?: string }
}
