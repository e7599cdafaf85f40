/**
 * Company proxies: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as agents below the one transport. Loaded only where one of
 * them is set.
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
 * @param given the proxies as they are written in the environment
 */
export function createAgents(given: string[]): AgentFor {
  const tunnels = new Map<string, Agent>()
  return (url) => {
    const proxy = isLoopback(url) ? '' : withScheme(getProxyForUrl(url.href), given)
    if (!proxy) return false
    const agent = tunnels.get(proxy) ?? new HttpsProxyAgent(proxyUrl(proxy))
    tunnels.set(proxy, agent)
    return agent
  }
}

/** `host:port` means an `http:` proxy, as in other tools; proxy-from-env would give it the scheme of the request. */
function withScheme(proxy: string, given: string[]): string {
  const bare = proxy.slice(proxy.indexOf('://') + 3)
  return given.includes(bare) ? `http://${bare}` : proxy
}

/** @throws ApiError `config`, without the value: it can contain a password */
function proxyUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.hostname) return url
  throw new ApiError('config', 'The proxy in HTTPS_PROXY or HTTP_PROXY is not an http:// address', {
    sent: false,
  })
}
