/** Ids, and the paths that they go into. */
import { ApiError } from './errors.ts'

/** Whether the value can be an id: letters, digits, `_` and `-`, which are safe in a path, a shell, an environment and among options. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/.test(value)

/** Returns the id if it is valid: anything else could change where the request goes. @throws ApiError `config` */
export function segment(id: string): string {
  if (isId(id)) return id
  throw new ApiError('config', `"${id}" is not an id`, { sent: false })
}

/** A path with ids in it: `` pathTo`/v1/runs/${runId}/cancel` ``. @throws ApiError `config` */
export const pathTo = (parts: TemplateStringsArray, ...ids: string[]): string =>
  String.raw({ raw: parts }, ...ids.map(segment))
