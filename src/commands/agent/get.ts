/** `agent get`: one agent, and the parameters that a run gives it. */
import type { Command } from 'commander'
import type { Agent, AgentParameter } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { zonedTime } from '../../http/clock.ts'
import { stringify } from '../../output/json.ts'
import { findAgent, isRequired, parametersOf } from '../../runs/agent.ts'
import { runGet } from '../recipes.ts'
import type { Rows } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<agent>', 'Id or title')
    .action((given: string) =>
      runGet(context, (client, options) => findAgent(client, given, options), rowsOf),
    )
}

const rowsOf = (agent: Agent): Rows => [
  ['id', agent.workflow_permanent_id],
  ['title', agent.title],
  ['description', agent.description],
  ['version', agent.version],
  ['status', agent.status],
  ['created', zonedTime(agent.created_at)],
  ['modified', agent.modified_at && zonedTime(agent.modified_at)],
  ...parametersOf(agent).map((parameter): Rows[number] => [
    `--param ${parameter.key}`,
    describe(parameter),
  ]),
]

function describe(parameter: AgentParameter): string {
  const { workflow_parameter_type: type, default_value: value, description } = parameter
  const need = isRequired(parameter) ? 'required' : `default ${stringify(value, false)}`
  return [type, need, description].filter(Boolean).join(' · ')
}
