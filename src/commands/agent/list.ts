/** `agent list`: saved agents, with what a run of each must give. */
import type { Command } from 'commander'
import { getAgents } from '../../api/endpoints.ts'
import type { Agent } from '../../api/types.ts'
import { allPages } from '../../http/pages.ts'
import type { Context } from '../../context.ts'
import { zonedTime } from '../../http/clock.ts'
import { parseWhole } from '../../options/parse.ts'
import type { Column } from '../../output/table.ts'
import { isRequired, parametersOf } from '../../runs/agent.ts'
import { runList } from '../recipes.ts'

const COLUMNS: Column<Agent>[] = [
  { title: 'ID', value: (agent) => agent.workflow_permanent_id },
  { title: 'TITLE', value: (agent) => agent.title, shortens: true },
  {
    title: 'NEEDS',
    value: (agent) =>
      parametersOf(agent)
        .filter(isRequired)
        .map(({ key }) => key)
        .join(', '),
    shortens: true,
  },
  { title: 'CREATED', value: (agent) => zonedTime(agent.created_at), drop: 1 },
]

interface ListOptions {
  search?: string
  limit: number
}

export function define(command: Command, context: Context): void {
  command
    .option('--search <text>', 'Only those with this text in title, folder or parameters')
    .option('--limit <n>', 'Maximum number of rows', parseWhole(1, 100_000), 30)
    .action(({ search, limit }: ListOptions) =>
      runList(
        context,
        (client, options) =>
          allPages((page) => getAgents(client, { search_key: search, ...page }, options), {
            enough: limit,
          }),
        { columns: COLUMNS, id: 'workflow_permanent_id', nothing: 'No agents found.', limit },
      ),
    )
}
