/** Templates with `{column}` placeholders for prompts, addresses and JSON. `{{` stands for a brace. */
import type { Json } from '../api/types.ts'
import { usageError } from '../errors.ts'

/** The values of a row by column. */
export type Values = Record<string, string>
type Fill<T> = (values: Values) => T

/** A template of a text, an address or JSON; `columns` are those that it names. */
export interface Template<T> {
  columns: string[]
  fill: Fill<T>
}

type Piece = string | { column: string }

/** @param option names the text in errors */
export function textTemplate(text: string, option: string): Template<string> {
  const pieces = parse(text, option)
  return {
    columns: columnsOf(pieces),
    fill: (values) => join(pieces, values, (value) => value),
  }
}

/** Values are percent-encoded, except at the beginning, where a value is the address itself. */
export function urlTemplate(text: string): Template<string> {
  const pieces = parse(text, '--url')
  return {
    columns: columnsOf(pieces),
    fill: (values) =>
      join(pieces, values, (value, at) => (at === 0 ? value : encodeURIComponent(value))),
  }
}

/** Every string in the value is a template; field names are not. */
export function jsonTemplate(value: Json, option: string): Template<Json> {
  if (typeof value === 'string') return textTemplate(value, option)
  if (typeof value !== 'object' || value === null) return { columns: [], fill: () => value }
  const inner = Object.entries(value).map(
    ([name, item]) => [name, jsonTemplate(item, option)] as const,
  )
  const columns = inner.flatMap(([, template]) => template.columns)
  const fill = Array.isArray(value)
    ? (values: Values): Json => inner.map(([, template]) => template.fill(values))
    : (values: Values): Json =>
        Object.fromEntries(inner.map(([name, template]) => [name, template.fill(values)]))
  return { columns, fill }
}

function parse(text: string, option: string): Piece[] {
  const pieces: Piece[] = []
  let rest = 0
  for (const { 0: found, 1: column, index } of text.matchAll(/\{\{|\{([^{}]*)\}|\{/g)) {
    if (index > rest) pieces.push(text.slice(rest, index))
    rest = index + found.length
    if (found === '{{') pieces.push('{')
    else if (column?.trim()) pieces.push({ column: column.trim() })
    else {
      throw usageError(
        `${option} has a "{" that names no column.`,
        'Write {column} for a value of the row, or {{ for a brace.',
      )
    }
  }
  if (rest < text.length) pieces.push(text.slice(rest))
  return pieces
}

const columnsOf = (pieces: Piece[]): string[] =>
  pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.column]))

const join = (
  pieces: Piece[],
  values: Values,
  encode: (value: string, at: number) => string,
): string =>
  pieces
    .map((piece, at) =>
      typeof piece === 'string' ? piece : encode(values[piece.column] ?? '', at),
    )
    .join('')
