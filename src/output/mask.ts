/** Secrets out of what people read: keys, tokens in addresses, credentials of proxies. */

const SECRET_NAME = /key|token|secret|password|passwd|authorization|cookie|credential|signature/i

/** `sk_live_abcdefgh` → `sk_l…efgh`; short ones vanish whole. */
export function maskKey(key: string): string {
  return key.length < 16 ? '••••' : `${key.slice(0, 4)}…${key.slice(-4)}`
}

/**
 * An address without what opens it: user name and password, query values, and everything behind the session id in
 * the path (`/pbs_1/<token>/devtools/…`).
 */
export function maskUrl(address: string): string {
  if (!URL.canParse(address)) return '••••'
  const url = new URL(address)
  const user = url.username || url.password ? '••••@' : ''
  const path = url.pathname.replace(
    /^((?:\/[^/]*)??\/pbs_[^/]+)\/.+|^\/(apikey|key|token|vnc)\/.+/,
    '$1/••••',
  )
  const query = [...url.searchParams.keys()].map((name) => `${name}=••••`).join('&')
  return `${url.protocol}//${user}${url.host}${path}${query ? `?${query}` : ''}`
}

/** A copy of a request, safe to show: values under secret names, proxies' passwords and prompts' are masked. */
export function maskRequest(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskRequest(item, name))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, maskRequest(item, key)]),
    )
  }
  if (typeof value !== 'string') return value
  if (SECRET_NAME.test(name)) return '••••'
  return value
    .replace(/(:\/\/)[^/\s@]+@/g, '$1••••@')
    .replace(/(\bpass(?:word|phrase|code)?\s*[:=]?\s+)("[^"]*"|'[^']*'|\S+)/gi, '$1••••')
}
