/** Saved agents, in older words workflows. */
import { many, one } from '../http/answer.ts'
import { pathTo } from '../http/id.ts'
import { BASE, defineRead, defineWrite } from './endpoint.ts'
import type { PageQuery } from './endpoint.ts'
import type { Json, Open, Run } from './types.ts'

/** A saved agent, in older words a workflow. */
export interface Agent {
  /** `wpid_…`: the same for each version. */
  workflow_permanent_id: string
  title: string
  version?: number
  description?: string | null
  status?: string
  workflow_definition?: { parameters?: AgentParameter[] }
  created_at: string
  modified_at?: string
}

export interface AgentParameter {
  key: string
  /** `workflow` for one that a run gives. */
  parameter_type: string
  workflow_parameter_type?: Open<
    'string' | 'integer' | 'float' | 'boolean' | 'json' | 'file_url' | 'credential_id'
  >
  default_value?: Json
  description?: string | null
}

export interface RunAgentRequest {
  /** `wpid_…` */
  agent_id: string
  parameters?: Record<string, unknown>
  browser_session_id?: string
  browser_profile_id?: string
  webhook_url?: string
  file_ids?: string[]
}

/** The newest version of each. */
export const getAgents = defineRead((query?: PageQuery & { search_key?: string }) => ({
  path: '/v1/agents',
  query: { ...query },
  expect: many<Agent>(),
  since: BASE,
}))

export const getAgent = defineRead((agentId: string) => ({
  path: pathTo`/v1/agents/${agentId}`,
  expect: one<Agent>('workflow_permanent_id', agentId),
  since: BASE,
}))

export const runAgent = defineWrite((body: RunAgentRequest) => ({
  method: 'POST',
  path: '/v1/run/agents',
  body,
  repeat: 'unsent',
  expect: one<Run>('run_id'),
  since: BASE,
}))
