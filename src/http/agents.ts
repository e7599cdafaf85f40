/** Whether requests go through a company proxy. What that takes is loaded only then. */
import type { AgentFor } from './transport.ts'

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
])

/** The agents for this environment; undefined where no proxy is set. */
export async function findAgents(
  env: Record<string, string | undefined>,
): Promise<AgentFor | undefined> {
  const proxies = VARIABLES.flatMap((name) => env[name] || [])
  if (proxies.length === 0) return undefined
  const { createAgents } = await import('./proxy-agents.ts')
  return createAgents(proxies)
}
