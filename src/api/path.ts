/** Ids in paths. */
import { ApiError } from './errors.ts'

/** The id, if it is one: anything else could lead the request elsewhere. @throws ApiError `config` */
export function segment(id: string): string {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(id)) return id
  throw new ApiError('config', `"${id}" is no id`, { sent: false })
}
