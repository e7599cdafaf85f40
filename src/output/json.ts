/** JSON as it leaves the process: the API's own object, times with their zone, nothing that acts on a terminal. */
import { zonedTime } from '../http/clock.ts'
import { escapeJson } from './clean.ts'

type Dictionary = Record<string, unknown>
/** Lists inside an object of the API that have times of their own. A task's output is not ours to touch. */
const NESTED = ['downloaded_files', 'recordings', 'run']

/** One JSON value as text: pretty where a person reads it. */
export const stringify = (value: unknown, pretty: boolean): string =>
  escapeJson(JSON.stringify(value, null, pretty ? 2 : undefined) ?? 'null')

const ROWS_AT_ONCE = 500

/** A list of objects of the API as JSON, in pieces: as one text a long one would be in memory twice more. */
export function* stringifyList(rows: unknown[], pretty: boolean): Generator<string> {
  if (pretty || rows.length <= ROWS_AT_ONCE) return yield stringify(zoned(rows), pretty)
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const piece = stringify(zoned(rows.slice(from, from + ROWS_AT_ONCE)), false)
    yield (from === 0 ? '[' : ',') + piece.slice(1, -1)
  }
  yield ']'
}

/**
 * An object or a list of the API, whose times now say that they are UTC: the very object, because copies of ten
 * thousand take longer than to read them.
 */
export function zoned<Value>(value: Value): Value {
  if (Array.isArray(value)) for (const item of value) zoned(item)
  else if (typeof value === 'object' && value !== null) zoneFields(value as Dictionary)
  return value
}

function zoneFields(object: Dictionary): void {
  for (const key in object) {
    const field = object[key]
    if (typeof field === 'string') {
      if (key.endsWith('_at')) object[key] = zonedTime(field)
    } else if (field && NESTED.includes(key)) zoned(field)
  }
}
