/** JSON output: the API's own objects, with a zone added to each time, and without terminal control characters. */
import { zonedTime } from '../http/clock.ts'
import { stringifyJson } from '../http/numbers.ts'
import { escapeJson } from './clean.ts'

type Dictionary = Record<string, unknown>
/** Fields of API objects whose values have times too. A task's output is left as it is. */
const NESTED = ['downloaded_files', 'recordings', 'run']

/** A JSON value as text. */
export const stringify = (value: unknown, pretty: boolean): string =>
  escapeJson(stringifyJson(value, pretty ? 2 : undefined) ?? 'null')

const ROWS_AT_ONCE = 500

/** A list as JSON, in pieces: a long list as a single text would need much more memory. */
export function* stringifyList(rows: unknown[], pretty: boolean): Generator<string> {
  if (pretty || rows.length <= ROWS_AT_ONCE) return yield stringify(zoned(rows), pretty)
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const piece = stringify(zoned(rows.slice(from, from + ROWS_AT_ONCE)), false)
    yield (from === 0 ? '[' : ',') + piece.slice(1, -1)
  }
  yield ']'
}

/**
 * Adds the zone to the times of an API object or list, in place: copying ten thousand objects takes longer than parsing
 * them.
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
