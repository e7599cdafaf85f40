/** What a map would do: its first requests, how many there are, and what they may cost at the most. */
import type { Context } from '../context.ts'
import { stringify } from '../output/json.ts'
import { maskRequest } from '../output/mask.ts'
import { countOf } from '../output/count.ts'
import type { MapCommandOptions } from './options.ts'
import type { RowRequest } from './request.ts'
import type { Row } from './rows.ts'

const SHOWN = 3

export function showPlan(
  { output }: Context,
  rows: Row[],
  request: RowRequest,
  { sessions, retries, waitTimeout }: MapCommandOptions,
): void {
  const calls = rows.map((row) => ({
    method: 'POST',
    path: '/v1/run/tasks',
    body: request.of(row),
  }))
  const shown = calls.slice(0, SHOWN).map((call) => maskRequest(call))
  output.write(stringify(shown, output.terminal.interactive))
  const size = Math.min(sessions, rows.length)
  const minutes = Math.ceil((rows.length * (retries + 1) * waitTimeout) / 60)
  output.note(
    `${countOf(rows, 'row')} over ${size} sessions, up to ${retries + 1} tries each. The most that it may cost: ${minutes} session minutes, if every try takes as long as --wait-timeout lets it.`,
  )
}
