/**
 * Bodies and queries as sets of fields. Unknown fields are ignored; each problem is one entry in the `detail` of the 422.
 */
import type { Json } from '../api/types.ts'
import { collect, invalid, Invalid, isObject } from './checks.ts'
import type { Check } from './checks.ts'
import { HttpError } from './wire.ts'

interface Field<T> {
  check: Check<T>
  fallback?: T
}
type Shape = Record<string, Field<unknown>>
export type Parsed<S extends Shape> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never }

export function required<T>(check: Check<T>): Field<T> {
  return { check }
}

export function optional<T>(check: Check<T>, fallback: T): Field<T> {
  return { check, fallback }
}

/** Missing values become null. */
export function nullable<T>(check: Check<T>): Field<T | null> {
  return { check: (input) => (input === null ? null : check(input)), fallback: null }
}

/** The known fields of the body, validated; otherwise 422 with all problems. */
export function parseBody<S extends Shape>(shape: S, body: Json | undefined): Parsed<S> {
  if (body === undefined) {
    const needed = Object.values(shape).some((field) => !('fallback' in field))
    if (needed) throw unprocessable('body', invalid('missing', 'Field required', null))
  } else if (!isObject(body)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from'
    throw unprocessable('body', invalid('model_attributes_type', msg, body))
  }
  return parse('body', shape, isObject(body) ? body : {})
}

/** A repeatable parameter is a list in `shape`, and always returned as one. */
export function parseQuery<S extends Shape>(
  shape: S,
  query: URLSearchParams,
  repeated: string[] = [],
): Parsed<S> {
  const values: { [key: string]: Json } = {}
  for (const name of new Set(query.keys())) {
    values[name] = repeated.includes(name) ? query.getAll(name) : (query.getAll(name).at(-1) ?? '')
  }
  return parse('query', shape, values)
}

function parse<S extends Shape>(
  where: string,
  shape: S,
  input: { [key: string]: Json },
): Parsed<S> {
  const names = Object.keys(shape)
  try {
    const values = collect(
      names.map((name) => [
        name,
        () => parseField(shape[name] as Field<unknown>, input[name], input),
      ]),
    )
    return Object.fromEntries(names.map((name, index) => [name, values[index]])) as Parsed<S>
  } catch (error) {
    if (error instanceof Invalid) throw unprocessable(where, error)
    throw error
  }
}

function parseField(field: Field<unknown>, value: Json | undefined, whole: Json): unknown {
  if (value !== undefined) return field.check(value)
  if ('fallback' in field) return field.fallback
  throw invalid('missing', 'Field required', whole)
}

/** A 422 with one problem; `where` is `body` or `query`. */
export function unprocessable(where: string, { issues }: Invalid): HttpError {
  const detail = issues.map((issue) => ({ ...issue, loc: [where, ...issue.loc] }))
  return new HttpError(422, detail)
}
