/** Masks secrets in what people read: keys, tokens in addresses, credentials of proxies. */

const SECRET_NAME =
  /key|token|secret|password|passwd|authorization|cookie|credential|signature|extra_http_headers/i
const SECRET_PARAMETER = new RegExp(
  `([?&][^=&#\\s]*(?:${SECRET_NAME.source})[^=&#\\s]*=)[^&#\\s]+`,
  'gi',
)
const PASSWORD = /(\bpass(?:word|phrase|code)?\b(?:\s+is\b)?\s*[:=]?\s*)("[^"]*"|'[^']*'|\S+)/gi
/** Not `credential_id` and `credential_type`, which only say what is meant. */
const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name) && !/credential_(id|type)$/.test(name)
const MASK = '••••'

/** `sk_live_abcdefgh` → `sk_l…efgh`; short keys are masked completely. */
export function maskKey(key: string): string {
  return key.length < 16 ? MASK : `${key.slice(0, 4)}…${key.slice(-4)}`
}

/** An address without its credentials. The path is cut after the session's id (`/pbs_1/<token>/devtools/…`). */
export function maskUrl(address: string): string {
  if (!URL.canParse(address)) return MASK
  const url = new URL(address)
  const user = url.username || url.password ? `${MASK}@` : ''
  const [known = ''] = /^(\/[^/]*)??\/pbs_[^/]+(?=\/|$)/.exec(url.pathname) ?? []
  const rest = url.pathname.length > known.length + 1 ? `/${MASK}` : ''
  const query = [...url.searchParams.keys()].map((name) => `${name}=${MASK}`).join('&')
  return `${url.protocol}//${user}${url.host}${known}${rest}${query ? `?${query}` : ''}`
}

/**
 * A copy of a request that is safe to show: values under secret names, credentials in addresses and passwords in
 * prompts are masked.
 */
export function maskRequest(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => maskRequest(item, isSecret))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        maskRequest(item, isSecret || isSecretName(name)),
      ]),
    )
  }
  if (isSecret && (typeof value === 'string' || typeof value === 'number')) return MASK
  if (typeof value !== 'string') return value
  return value
    .replace(/(:\/\/)[^/\s@]+@/g, `$1${MASK}@`)
    .replace(SECRET_PARAMETER, `$1${MASK}`)
    .replace(PASSWORD, `$1${MASK}`)
}
