/** Decides which addresses count as one site for a password. */

/**
 * Whether a password that is meant for `known` may go to `url`: the same registrable domain (tldts); for IP addresses and
 * localhost the same host and port. From https to http is never the same site; from http to https is.
 */
export async function isSameSite(known: string, url: string): Promise<boolean> {
  if (!URL.canParse(known) || !URL.canParse(url)) return false
  const [from, to] = [new URL(known), new URL(url)]
  const schemes = `${from.protocol}${to.protocol}`
  if (!['http:http:', 'http:https:', 'https:https:'].includes(schemes)) return false
  const { getDomain } = await import('tldts')
  const [here, there] = [from, to].map(({ hostname }) =>
    getDomain(hostname, { allowPrivateDomains: true }),
  )
  if (here || there) return here === there
  // `port` is empty for the standard ports of both schemes.
  return from.hostname === to.hostname && from.port === to.port
}

export function originOf(url: string): string {
  return URL.canParse(url) && /^https?:/.test(url) ? new URL(url).origin : url.slice(0, 60)
}
