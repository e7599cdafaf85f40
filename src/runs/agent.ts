/** Saved agents by id or title, and the parameters that a run gives them. */
import { getAgent, getAgents } from '../api/endpoints.ts'
import type { Agent, AgentParameter } from '../api/types.ts'
import { allPages } from '../http/pages.ts'
import { usageError } from '../errors.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { ambiguous, toldAs, unknown } from './credential.ts'

/** @throws CliError `not_found` if no agent has the title, `conflict` if several have it */
export async function findAgent(
  client: Client,
  given: string,
  options?: RequestOptions,
): Promise<Agent> {
  if (given.startsWith('wpid_')) {
    return getAgent(client, given, options).catch(toldAs('agent', given))
  }
  const similar = await allPages((page) =>
    getAgents(client, { search_key: given, ...page }, options),
  )
  const [found, ...others] = similar.filter(({ title }) => title === given)
  if (!found) throw unknown('agent', given)
  if (others.length > 0) {
    const ids = [found, ...others].map(({ workflow_permanent_id: id }) => id)
    throw ambiguous('agents', given, ids)
  }
  return found
}

/** The parameters that a run may set. */
export const parametersOf = ({ workflow_definition: definition }: Agent): AgentParameter[] =>
  (definition?.parameters ?? []).filter(({ parameter_type: type }) => type === 'workflow')

export const isRequired = ({ default_value: value }: AgentParameter): boolean =>
  value === null || value === undefined

/**
 * The parameters of a run, each of the type that the agent declares.
 * @param texts `--param name=text`
 * @param values `--params`: JSON, passed on as it is
 * @throws CliError `usage` naming missing or unknown parameters
 */
export function valuesFor(
  agent: Agent,
  texts: Record<string, string>,
  values: Record<string, unknown>,
): Record<string, unknown> {
  const known = new Map(parametersOf(agent).map((parameter) => [parameter.key, parameter]))
  const typed = Object.entries(texts).map(([key, text]) => [key, valueOf(known.get(key), text)])
  const all: Record<string, unknown> = { ...values, ...Object.fromEntries(typed) }
  const foreign = Object.keys(all).filter((key) => !known.has(key))
  if (foreign.length > 0) {
    const names = [...known.keys()].join(', ') || 'none'
    throw usageError(`"${agent.title}" has no parameter ${foreign.join(', ')}.`, `It has: ${names}`)
  }
  const missing = [...known.values()].filter(
    (parameter) => isRequired(parameter) && all[parameter.key] === undefined,
  )
  if (missing.length > 0) {
    const names = missing.map(({ key }) => key).join(', ')
    const flags = missing.map(({ key, description }) =>
      [`  --param ${key}=…`, description].filter(Boolean).join('   '),
    )
    throw usageError(`"${agent.title}" needs ${names}.`, `Give:\n${flags.join('\n')}`)
  }
  return all
}

function valueOf(parameter: AgentParameter | undefined, text: string): unknown {
  const { key, workflow_parameter_type: type } = parameter ?? { key: '' }
  const wrong = (what: string): Error => usageError(`--param ${key} takes ${what}.`)
  if (type === 'integer' || type === 'float') {
    const value = Number(text)
    const fits =
      text.trim() !== '' && (type === 'float' ? !Number.isNaN(value) : Number.isInteger(value))
    if (fits) return value
    throw wrong(type === 'integer' ? 'a whole number' : 'a number')
  }
  if (type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true'
    throw wrong('true or false')
  }
  if (type !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    throw wrong('JSON')
  }
}
