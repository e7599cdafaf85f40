/** Masks secrets in what people read: keys, tokens in addresses, credentials of proxies. */

/** Names of secrets: fields, headers, parameters, and words in a prompt that are followed by `:` or `=` and a value. */
const SECRET_NAME =
  /key|token|secret|passw|passphrase|passcode|authorization|cookie|credential|signature|^extra_http_headers$|^cdp_connect_headers$|^browser_address$|(?:^|[_.-])(?:auth|sig|jwt|otp|pass|pin|pwd?)$|^code$/i

/** Except `credential_id` and `credential_type`, which are not secret. */
const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name) && !/credential_(id|type)$/.test(name)

// Each pattern takes linear time: names have a limited length, and no two parts of a pattern can match the same spaces.
const VALUE = String.raw`"[^"]*"|'[^']*'`
/** `?token=`, `#access_token=`, `auth: `, `pw = `. */
const NAME = /(?<![\w.%-])([\w.%-]{1,64})\s*[=:]\s*/g
/** The value after such a name. */
const GIVEN = new RegExp(String.raw`${VALUE}|[^\s&#"']+`, 'y')
/** `password hunter2`, `the password is "…"`. */
const PASSWORD = new RegExp(
  String.raw`(\b(?:pass(?:word|wd|phrase|code)?|pwd?)\b(?:\s+is\b)?\s*(?:[:=]\s*)?)(${VALUE}|\S+)`,
  'gi',
)
const SCHEME = /\b(Bearer)\s+[\w.~+/=-]{6,}|\b(Basic)\s+[\w+/]{6,}={1,2}/gi
const LOGIN = /(:\/\/)[^/\s?#]+@/g
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
  const plain = value.replace(LOGIN, `$1${MASK}@`).replace(SCHEME, `$1$2 ${MASK}`)
  return maskNamed(plain).replace(PASSWORD, `$1${MASK}`)
}

/** Masks the values of secret names. The value of any other name is searched too. */
function maskNamed(text: string): string {
  let [masked, from] = ['', 0]
  NAME.lastIndex = 0
  for (let match = NAME.exec(text); match; match = NAME.exec(text)) {
    if (!isSecretName(match[1] ?? '')) continue
    GIVEN.lastIndex = NAME.lastIndex
    if (!GIVEN.test(text)) continue
    masked += text.slice(from, NAME.lastIndex) + MASK
    from = NAME.lastIndex = GIVEN.lastIndex
  }
  return masked + text.slice(from)
}
