/** What a map would do: its first requests, the number of rows, and the highest possible cost. */
import type { Context } from '../context.ts'
import { countOf } from '../output/words.ts'
import type { MapCommandOptions } from './options.ts'
import type { RowRequest } from './request.ts'
import type { InputRow } from './rows.ts'

const SHOWN = 3

export function planRequests(
  { output, planned }: Context,
  rows: InputRow[],
  request: RowRequest,
  { sessions, retries, waitTimeout }: MapCommandOptions,
): void {
  const bodies = rows.map((row) => request.of(row))
  for (const body of bodies.slice(0, SHOWN)) {
    planned.push({ method: 'POST', path: '/v1/run/tasks', body })
  }
  const pool = Array.from({ length: Math.min(sessions, rows.length) })
  const minutes = Math.ceil((rows.length * (retries + 1) * waitTimeout) / 60)
  output.note(
    `${countOf(rows, 'row')} over ${countOf(pool, 'session')}, up to ${retries + 1} tries each. The most that it can cost is ${minutes} session minutes, if every try takes as long as --wait-timeout allows.`,
  )
}
