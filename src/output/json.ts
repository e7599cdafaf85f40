/** JSON as it leaves the process: the API's own object, times with their zone, nothing that acts on a terminal. */
import { zonedTime } from '../api/time.ts'
import { escapeJson } from './clean.ts'

type Dictionary = Record<string, unknown>
/** Lists inside an object of the API that have times of their own. A task's output is not ours to touch. */
const NESTED = ['downloaded_files', 'recordings', 'run']

/** One JSON value as text: pretty where a person reads it. */
export function stringify(value: unknown, pretty: boolean): string {
  return escapeJson(JSON.stringify(zoned(value), null, pretty ? 2 : undefined) ?? 'null')
}

const ROWS_AT_ONCE = 500

/** A list as JSON, in pieces: as one text a long one would be in memory twice more. */
export function* stringifyList(rows: unknown[], pretty: boolean): Generator<string> {
  if (pretty || rows.length <= ROWS_AT_ONCE) return yield stringify(rows, pretty)
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const piece = stringify(rows.slice(from, from + ROWS_AT_ONCE), false)
    yield (from === 0 ? '[' : ',') + piece.slice(1, -1)
  }
  yield ']'
}

/** A copy whose times say that they are UTC. */
export function zoned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(zoned)
  if (typeof value !== 'object' || value === null) return value
  const copy: Dictionary = { ...value }
  for (const key in copy) {
    const field = copy[key]
    if (typeof field === 'string') {
      if (key.endsWith('_at')) copy[key] = zonedTime(field)
    } else if (field && NESTED.includes(key)) copy[key] = zoned(field)
  }
  return copy
}
