/**
 * Company proxies: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as agents for the transport. Loaded only if one of them is set.
 */
import type { Agent } from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { getProxyForUrl } from 'proxy-from-env'
import { isLoopback } from './base-url.ts'
import { ApiError } from './errors.ts'
import type { AgentFor } from './transport.ts'

/**
 * Every request goes through a tunnel (CONNECT), so that the proxy sees neither the key nor the request. Requests to
 * this machine never use a proxy, not even the one that Node adds to its own agent (NODE_USE_ENV_PROXY).
 * @param given the proxies by the names of their variables, as they are written in the environment
 */
export function createAgents(given: Record<string, string>): AgentFor {
  const tunnels = new Map<string, Agent>()
  return (url) => {
    if (isLoopback(url) || isExcepted(url)) return false
    const proxy = withScheme(getProxyForUrl(url.href), Object.values(given))
    if (!proxy) return false
    const agent = tunnels.get(proxy) ?? new HttpsProxyAgent(proxyUrl(proxy, given))
    tunnels.set(proxy, agent)
    return agent
  }
}

/** `host:port` means an `http:` proxy, as in other tools; proxy-from-env would give it the scheme of the request. */
function withScheme(proxy: string, given: string[]): string {
  const bare = proxy.slice(proxy.indexOf('://') + 3)
  return given.includes(bare) ? `http://${bare}` : proxy
}

/**
 * What curl supports in NO_PROXY, and proxy-from-env does not: a plain domain covers its subdomains, and addresses may be
 * ranges (`10.0.0.0/8`).
 */
function isExcepted(url: URL): boolean {
  const names = process.env['no_proxy'] || process.env['NO_PROXY'] || ''
  return names
    .toLowerCase()
    .split(/[\s,]+/)
    .some((name) => name !== '' && (isBelow(url.hostname, name) || isInRange(url.hostname, name)))
}

const isBelow = (host: string, domain: string): boolean =>
  /^[a-z0-9]/.test(domain) && host.endsWith(`.${domain}`)

function isInRange(host: string, range: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule('node:net')
  const address = host.replace(/^\[|\]$/g, '')
  const [net = '', bits = ''] = range.split('/')
  const version = isIP(net)
  if (!/^\d{1,3}$/.test(bits) || version === 0 || isIP(address) !== version) return false
  if (Number(bits) > (version === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const family = version === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(net, Number(bits), family)
  return list.check(address, family)
}

/** @throws ApiError `config`, without the value: it can contain a password */
function proxyUrl(text: string, given: Record<string, string>): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.hostname) return url
  const [variable] = Object.entries(given).find(([, value]) => value.includes(text)) ?? [
    'HTTPS_PROXY',
  ]
  const message = url?.protocol.startsWith('socks')
    ? `SOCKS proxies are not supported, and ${variable} names one`
    : `The proxy in ${variable} is not an http:// address`
  throw new ApiError('config', message, { sent: false, reason: 'proxy' })
}
