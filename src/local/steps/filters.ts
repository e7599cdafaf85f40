/**
 * Rows that a phrase leaves out: a word beyond the header that is a cell's exact value filters by it. A word that nothing
 * explains refuses the whole extraction, so that paid invoices never pass for open ones. Pure.
 */
import { describeCollections } from './describe-data.ts'
import { includesAll, nameWords, unitsOf, type Target, type Unit } from './explain.ts'
import type { Collection } from './tables.ts'
import { quoteList, Refusal } from './refusal.ts'
import { headerWords, isStopWord, wordsOf } from './words.ts'

export interface Filter {
  column: number
  value: string
}

/**
 * What the words beyond the header ask for, given all rows of all pages. A word that is a cell's exact value filters, even
 * where the table's name contains it too; else the table's name must explain it.
 */
export function filtersFor(
  { collection, rest }: Target,
  rows: string[][],
  phrase: string,
): Filter[] {
  const filters: Filter[] = []
  const said = unitsOf(phrase).units.flatMap(({ words }) => words)
  const context = nameWords(collection).flat()
  const others: Unit[] = []
  for (let at = 0; at < rest.length;) {
    const run = longestValue(rest.slice(at), rows)
    if (!run) {
      others.push(...rest.slice(at, at + 1))
      at += 1
      continue
    }
    filters.push({ column: columnOf(run, collection, said), value: run.value })
    at += run.length
  }
  const named = filters.flatMap(({ column }) => headerWords(collection.columns[column] ?? ''))
  const unknown = others.find(
    ({ words }) => !includesAll(context, words) && !includesAll(named, words),
  )
  if (unknown)
    throw new Refusal(
      `The page does not explain “${unknown.said}”, so nothing was extracted. ${describeCollections([{ ...collection, rows }])}`,
    )
  return filters
}

interface Run {
  value: string
  length: number
  columns: number[]
}

/** The longest run of units that equals a cell; which columns have such cells. */
function longestValue(units: Unit[], rows: string[][]): Run | undefined {
  for (let length = units.length; length > 0; length -= 1) {
    const value = contentWords(units.slice(0, length).flatMap(({ words }) => words)).join(' ')
    const columns = new Set(
      rows.flatMap((row) =>
        row.flatMap((cell, column) => (cellKey(cell) === value ? [column] : [])),
      ),
    )
    if (value !== '' && columns.size > 0) return { value, length, columns: [...columns] }
  }
  return undefined
}

/** The one column that a value is taken from. A bare number says too little: its column must be named. */
function columnOf(
  { value, columns }: Run,
  { columns: headers }: Collection,
  said: string[],
): number {
  const named = columns.filter((column) =>
    headerWords(headers[column] ?? '').some((word) => said.includes(word)),
  )
  const choice = columns.length === 1 && !/^[\d.,]+$/.test(value) ? columns : named
  const [only] = choice
  if (only !== undefined && choice.length === 1) return only
  const where = quoteList(columns.map((column) => headers[column] ?? ''))
  throw new Refusal(
    `“${value}” is a value of ${where}: say of which, such as “with ${headers[columns[0] ?? 0]?.toLowerCase()} ${value}”.`,
  )
}

export function keep(rows: string[][], filters: Filter[]): string[][] {
  return rows.filter((row) =>
    filters.every(({ column, value }) => cellKey(row[column] ?? '') === value),
  )
}

function cellKey(cell: string): string {
  return contentWords(wordsOf(cell)).join(' ')
}

function contentWords(words: string[]): string[] {
  const content = words.filter((word) => !isStopWord(word))
  return content.length > 0 ? content : words
}
