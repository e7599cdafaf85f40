/**
 * Checks single values like pydantic: `"60"` is an integer, `"yes"` is true, and a problem has its type, its place and the
 * value.
 */
import type { Json } from '../api/types.ts'

export type Check<T> = (input: Json) => T

interface Issue {
  type: string
  loc: (string | number)[]
  msg: string
  input: Json
  ctx?: { [key: string]: Json }
}

export class Invalid extends Error {
  constructor(readonly issues: Issue[]) {
    super('invalid')
  }
}

export function invalid(type: string, msg: string, input: Json, ctx?: Issue['ctx']): Invalid {
  return new Invalid([{ type, loc: [], msg, input, ctx }])
}

export function text(
  options: { least?: number; most?: number; pattern?: RegExp } = {},
): Check<string> {
  const { least, most, pattern } = options
  return (input) => {
    if (typeof input !== 'string')
      throw invalid('string_type', 'Input should be a valid string', input)
    if (least !== undefined && input.length < least) {
      const characters = least === 1 ? 'character' : 'characters'
      const msg = `String should have at least ${least} ${characters}`
      throw invalid('string_too_short', msg, input, { min_length: least })
    }
    if (most !== undefined && input.length > most) {
      const msg = `String should have at most ${most} characters`
      throw invalid('string_too_long', msg, '', { max_length: most })
    }
    if (pattern?.test(input) === false) {
      const msg = `String should match pattern '${pattern.source}'`
      throw invalid('string_pattern_mismatch', msg, input, { pattern: pattern.source })
    }
    return input
  }
}

export function integer(range: { ge?: number; le?: number } = {}): Check<number> {
  return (input) => {
    const value = toInteger(input)
    if (range.ge !== undefined && value < range.ge) {
      const msg = `Input should be greater than or equal to ${range.ge}`
      throw invalid('greater_than_equal', msg, input, { ge: range.ge })
    }
    if (range.le !== undefined && value > range.le) {
      const msg = `Input should be less than or equal to ${range.le}`
      throw invalid('less_than_equal', msg, input, { le: range.le })
    }
    return value
  }
}

function toInteger(input: Json): number {
  const expected = 'Input should be a valid integer'
  if (typeof input === 'boolean') return Number(input)
  if (typeof input === 'string') {
    if (/^\s*[+-]?\d+(\.0+)?\s*$/.test(input)) return Number(input)
    throw invalid('int_parsing', `${expected}, unable to parse string as an integer`, input)
  }
  if (typeof input !== 'number') throw invalid('int_type', expected, input)
  if (Number.isInteger(input)) return input
  throw invalid('int_from_float', `${expected}, got a number with a fractional part`, input)
}

const TRUE = new Set(['true', 't', 'yes', 'y', 'on', '1'])
const FALSE = new Set(['false', 'f', 'no', 'n', 'off', '0'])

export function boolean(input: Json): boolean {
  if (typeof input === 'boolean') return input
  const word = String(input).toLowerCase()
  const isWord = typeof input === 'string' || typeof input === 'number'
  if (isWord && TRUE.has(word)) return true
  if (isWord && FALSE.has(word)) return false
  const msg = 'Input should be a valid boolean'
  if (!isWord) throw invalid('bool_type', msg, input)
  throw invalid('bool_parsing', `${msg}, unable to interpret input`, input)
}

export function oneOf(words: readonly string[]): Check<string> {
  return (input) => {
    if (typeof input === 'string' && words.includes(input)) return input
    const quoted = words.map((word) => `'${word}'`)
    const expected = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ')
    throw invalid('enum', `Input should be ${expected}`, input, { expected })
  }
}

export function list<T>(check: Check<T>, most = Infinity): Check<T[]> {
  return (input) => {
    if (!Array.isArray(input)) throw invalid('list_type', 'Input should be a valid list', input)
    if (input.length > most) {
      const msg = `List should have at most ${most} items after validation, not ${input.length}`
      const ctx = { field_type: 'List', max_length: most, actual_length: input.length }
      throw invalid('too_long', msg, input, ctx)
    }
    return collect(input.map((item, index) => [index, () => check(item)] as const))
  }
}

export function textMap(input: Json): Record<string, string> {
  const msg = 'Input should be a valid dictionary'
  if (!isObject(input)) throw invalid('dict_type', msg, input)
  const entries = Object.entries(input)
  const values = collect(entries.map(([key, value]) => [key, () => text()(value)] as const))
  return Object.fromEntries(entries.map(([key], index) => [key, values[index] ?? '']))
}

export function anything(input: Json): Json {
  return input
}

export function isObject(input: Json | undefined): input is { [key: string]: Json } {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

/** Runs all checks and throws their problems together, each with its place. */
export function collect<T>(checks: (readonly [string | number, () => T])[]): T[] {
  const issues: Issue[] = []
  const values: T[] = []
  for (const [place, check] of checks) {
    try {
      values.push(check())
    } catch (error) {
      if (!(error instanceof Invalid)) throw error
      issues.push(...error.issues.map((found) => ({ ...found, loc: [place, ...found.loc] })))
    }
  }
  if (issues.length > 0) throw new Invalid(issues)
  return values
}
