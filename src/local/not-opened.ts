/** Explains why an address could not be opened, given the browser's error. */

const REASONS: [code: RegExp, why: string][] = [
  [
    /ERR_CERT_AUTHORITY_INVALID/,
    'its certificate is self-signed, or from an authority that the browser does not know',
  ],
  [/ERR_CERT_COMMON_NAME_INVALID/, 'its certificate is for another host name'],
  [/ERR_CERT_DATE_INVALID/, 'its certificate has expired, or is not valid yet'],
  [/ERR_CERT/, 'its certificate is not accepted'],
  [/ERR_SSL/, 'the browser does not accept the TLS of the server'],
  [/ERR_BLOCKED/, 'the browser blocked it'],
  [/ERR_NAME_NOT_RESOLVED/, 'the host name is not known'],
  [/ERR_CONNECTION_REFUSED/, 'nothing is listening there'],
  [/ERR_ABORTED/, 'the answer does not contain a page'],
  [/Download is starting/, 'it is a download, not a page. A step that presses its link keeps it'],
]
const OWN_SITE = '. If the site is your own, `skyvern session create --insecure-tls` accepts it'

/** Without a full stop at the end. */
export function notOpened(url: string, reason: string): string {
  const [code = reason] = /(?:net::)?ERR_\w+/.exec(reason) ?? []
  const [, why] = REASONS.find(([known]) => known.test(code)) ?? []
  const said = why === undefined || code.includes('ERR_') ? ` (${code})` : ''
  const hint = code.includes('ERR_CERT') ? OWN_SITE : ''
  return `${addressOf(url)} could not be opened${why === undefined ? '' : `: ${why}`}${said}${hint}`
}

/** Without its query, which may contain secrets. */
export function addressOf(url: string): string {
  if (!url.startsWith('http')) return url
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
