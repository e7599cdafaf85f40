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

/** A copy whose times say that they are UTC. */
export function zoned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(zoned)
  if (typeof value !== 'object' || value === null) return value
  const copy: Dictionary = {}
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === 'string' && key.endsWith('_at')) copy[key] = zonedTime(field)
    else copy[key] = NESTED.includes(key) ? zoned(field) : field
  }
  return copy
}
