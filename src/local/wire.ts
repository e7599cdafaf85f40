/** Formats of the API: ids, times and errors as the real server writes them. */
import { randomInt } from 'node:crypto'
import type { Json } from '../api/types.ts'

/** Thrown to end a request with a status and a body. */
export class HttpError extends Error {
  readonly body: Json
  constructor(
    readonly status: number,
    detail: Json,
  ) {
    super(typeof detail === 'string' ? detail : `HTTP ${status}`)
    this.body = { detail }
  }
}

export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code))

export function notFound(detail: string): HttpError {
  return new HttpError(404, detail)
}

/** UTC without a zone suffix, in microseconds, like the real server's database. */
export function wireTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000')
}

export function parseWireTime(time: string): number {
  return Date.parse(`${time}Z`)
}

let last = 0n

/** `pbs_512345678901234567`: 18 digits, more than a JavaScript number can hold, increasing with time. */
export function newId(prefix: string, now: number): string {
  const candidate = BigInt(now) * 100_000n + BigInt(randomInt(100_000))
  last = candidate > last ? candidate : last + 1n
  return `${prefix}_${last}`
}

export const ORGANIZATION_ID = 'o_100000000000000001'
