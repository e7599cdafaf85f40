/** Finds out whether requests go through a company proxy. The code for that is loaded only if they do. */
import type { AgentFor } from './transport.ts'

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
])

/** The agents for this environment. Undefined if no proxy is set. */
export async function findAgents(
  env: Record<string, string | undefined>,
): Promise<AgentFor | undefined> {
  const given = VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  if (given.length === 0) return undefined
  const { createAgents } = await import('./proxy-agents.ts')
  return createAgents(Object.fromEntries(given))
}
