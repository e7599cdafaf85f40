/** The request bodies and queries of the API, field by field. */
import { BROWSER_TYPES, ENGINES, EXTENSIONS, RUN_STATUSES, RUN_TYPES } from '../api/values.ts'
import type { Json } from '../api/types.ts'
import {
  anything,
  boolean,
  integer,
  invalid,
  isObject,
  list,
  oneOf,
  text,
  textMap,
} from './checks.ts'
import { isTimezone } from '../system/timezone.ts'
import { nullable, optional, required } from './shapes.ts'
import { HttpError } from './wire.ts'

const COUNTRIES = 'AR AU BR CA DE ES FR GB IE IN IT JP KR MX NL NZ PH SA TR ZA'.split(' ')
const PROXY_WORDS = [
  'RESIDENTIAL',
  'RESIDENTIAL_ISP',
  'NONE',
  ...['CA', 'NY', 'TX', 'FL', 'WA'].map((state) => `US-${state}`),
  ...COUNTRIES.map((country) => `RESIDENTIAL_${country}`),
]

/** An enum value or a place; with `custom`, also `{url}`. */
function proxy(custom: boolean): (input: Json) => Json {
  return (input) => {
    if (!isObject(input)) return oneOf(PROXY_WORDS)(input)
    const { country, url } = input
    if (country === undefined && custom && url !== undefined) return input
    const code = typeof country === 'string' ? country.toUpperCase() : ''
    if (code !== 'US' && !COUNTRIES.includes(code)) {
      const supported = ['US', ...COUNTRIES].join(', ')
      const msg = `Value error, Country '${code}' is not supported. Supported: ${supported}`
      throw invalid('value_error', msg, input, { error: {} })
    }
    return { ...input, country: code }
  }
}

/** An unsupported place of a task is dropped silently, as on the real server. */
function taskProxy(input: Json): Json {
  try {
    return proxy(true)(input)
  } catch (error) {
    if (isObject(input)) return null
    throw error
  }
}

/** A time zone by its IANA name; offsets are refused, as on the real server. */
function browserSettings(input: Json): { timezone_id: string | null } {
  if (!isObject(input)) throw invalid('model_type', 'Input should be a valid dictionary', input)
  const zone = input['timezone_id'] ?? null
  if (zone === null) return { timezone_id: null }
  if (typeof zone === 'string' && isTimezone(zone)) return { timezone_id: zone }
  const rule = `Value error, timezone_id '${String(zone)}' is not an IANA timezone name. Use a name such as 'America/New_York' or 'Africa/Kampala'; UTC offsets are not accepted.`
  throw invalid('value_error', rule, input, { error: {} })
}

export const CREATE_SESSION = {
  timeout: { ...nullable(integer({ ge: 5 })), fallback: 60 },
  url: nullable(text()),
  proxy_location: nullable(proxy(true)),
  proxy_session_id: nullable(text()),
  extensions: nullable(list(oneOf(EXTENSIONS))),
  browser_type: nullable(oneOf(BROWSER_TYPES)),
  browser_profile_id: nullable(text({ pattern: /^bp_/ })),
  generate_browser_profile: optional(boolean, false),
  needs_live_view: optional(boolean, false),
  // Only on this backend.
  headed: optional(boolean, false),
  insecure_tls: optional(boolean, false),
  browser_settings: nullable(browserSettings),
}

/** The length of a prompt is limited, because all steps are parsed before the first one runs. */
const prompt = text({ most: 32_000 })

export const UPDATE_SESSION = { generate_browser_profile: required(boolean) }

export const EXTEND_SESSION = { additional_minutes: required(integer({ ge: 1 })) }

export const RUN_TASK = {
  prompt: required(prompt),
  url: nullable(text()),
  engine: optional(oneOf(ENGINES), 'skyvern-1.0'),
  title: nullable(text()),
  proxy_location: nullable(taskProxy),
  data_extraction_schema: nullable(anything),
  error_code_mapping: nullable(textMap),
  max_steps: nullable(integer()),
  webhook_url: nullable(text()),
  totp_identifier: nullable(text()),
  totp_url: nullable(text()),
  browser_session_id: nullable(text()),
  browser_profile_id: nullable(text()),
  start_fresh_browser: optional(boolean, false),
  model: nullable(anything),
  extra_http_headers: nullable(textMap),
  cdp_connect_headers: nullable(textMap),
  browser_address: nullable(text()),
  publish_workflow: optional(boolean, false),
  max_screenshot_scrolls: nullable(integer()),
  run_with: nullable(text()),
  include_action_history_in_verification: nullable(boolean),
  file_ids: nullable(list(text(), 50)),
}

export const LOGIN = {
  credential_type: required(oneOf(['skyvern', 'bitwarden', '1password', 'azure_vault'])),
  credential_id: nullable(text()),
  url: nullable(text()),
  prompt: nullable(prompt),
  webhook_url: nullable(text()),
  totp_identifier: nullable(text()),
  totp_url: nullable(text()),
  proxy_location: nullable(oneOf(PROXY_WORDS)),
  browser_session_id: nullable(text()),
  browser_profile_id: nullable(text()),
  extra_http_headers: nullable(textMap),
  browser_address: nullable(text()),
}

export const CREATE_CREDENTIAL = {
  name: required(text()),
  credential_type: required(oneOf(['password', 'credit_card', 'secret'])),
  credential: required(anything),
}

export const PASSWORD_CREDENTIAL = {
  username: required(text({ least: 1 })),
  password: required(text({ least: 1 })),
  totp: nullable(text()),
  totp_identifier: nullable(text()),
}

export const SECRET_CREDENTIAL = {
  secret_value: required(text({ least: 1 })),
  secret_label: nullable(text()),
}

export const CANCEL_RUNS = { run_ids: required(list(text(), 100)) }

const page = optional(integer({ ge: 1 }), 1)
const pageSize = optional(integer({ ge: 1, le: 100 }), 10)

export const PAGE = { page, page_size: pageSize }

export const LIST_RUNS = {
  page: optional(integer({ ge: 1, le: 100 }), 1),
  page_size: pageSize,
  status: nullable(list(oneOf(RUN_STATUSES))),
  run_type: nullable(list(oneOf(RUN_TYPES))),
  search_key: nullable(text({ least: 3 })),
}

export const CREATE_PROFILE = {
  name: required(text({ least: 1 })),
  description: nullable(text()),
  browser_session_id: nullable(text()),
  workflow_run_id: nullable(text()),
  proxy_location: nullable(proxy(false)),
  proxy_session_id: nullable(text()),
}

export const UPDATE_PROFILE = {
  name: nullable(text({ least: 1 })),
  description: nullable(text()),
  proxy_location: { check: nullable(proxy(false)).check, fallback: undefined },
  proxy_session_id: nullable(text()),
  rotate_proxy_session_id: optional(boolean, false),
}

export const LIST_PROFILES = {
  page,
  page_size: optional(integer({ ge: 1 }), 10),
  search_key: nullable(text()),
  managed: nullable(boolean),
  include_deleted: optional(boolean, false),
}

export const LIST_CREDENTIALS = {
  page,
  page_size: optional(integer({ ge: 1 }), 10),
  credential_type: nullable(oneOf(['password', 'credit_card', 'secret'])),
  search: nullable(text()),
}

export const LIST_ARTIFACTS = { artifact_type: nullable(list(text())) }

/** Adds a missing scheme; 400 for an address that a browser must not open. */
export function webAddress(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  const address = scheme === undefined ? `https://${url}` : url
  const isWeb = scheme === undefined || scheme === 'http' || scheme === 'https'
  if (isWeb && URL.canParse(address)) return address
  const detail = `Invalid URL: ${url}. Skyvern supports HTTP and HTTPS urls with max 65535 port number.`
  throw new HttpError(400, detail)
}
