/**
 * Filters rows by the words of a phrase that are not in the header: each must equal the value of a cell. An unexplained
 * word refuses the extraction, so that paid invoices are never returned as open ones. Pure.
 */
import { quoteList, Refusal } from '../refusal.ts'
import { includesAll, severalHint, type Unit } from '../sentence/phrase.ts'
import { headerWords, isStopWord, wordsOf } from '../sentence/words.ts'
import { nameWords, type Target } from './choose.ts'
import { misfit } from './describe.ts'

/** A value that is meaningless without its column. */
const SAYS_LITTLE = /^(?:[\d.,]+|yes|no|true|false|none)$/
const FREE_TEXT = /note|comment|remark|description|subject|message|memo|reason|detail|text/i

export interface Filter {
  column: number
  value: string
}

/** The filters of the words beyond the header, given the rows of all pages. */
export function filtersFor(target: Target, rows: string[][]): Filter[] {
  const { rest, collection, phrase } = target
  const keys = rows.map((row) => row.map(keyOf))
  const filters: Filter[] = []
  const others: Unit[] = []
  // "And" between two filters means that both hold.
  let joining: Unit[] = []
  for (let at = 0; at < rest.length;) {
    const length = longestValue(rest.slice(at), keys)
    const units = rest.slice(at, at + Math.max(1, length))
    at += units.length
    if (length > 0) {
      filters.push(filterOf(units, target, keys))
      joining = []
    } else (isAnd(units) && filters.length > 0 ? joining : others).push(...units)
  }
  const header = (column: number): string => collection.columns[column] ?? ''
  for (const { column } of filters) {
    // A cell has one value, so "open and paid invoices" means rows of either kind, which a filter cannot express.
    const values = new Set(filters.flatMap((one) => (one.column === column ? [one.value] : [])))
    const reason = `${quoteList(values)} are values of one column, “${header(column)}”. Extract one after the other.`
    if (values.size > 1) throw new Refusal(reason)
  }
  const names = [...collection.names, ...filters.map(({ column }) => header(column))]
  const explained = nameWords(names, phrase).flat()
  const unknown = [...others, ...joining].find(({ words }) => !includesAll(explained, words))
  if (!unknown) return filters
  const reason = `The page does not explain “${unknown.said}”, so nothing was extracted.${severalHint(phrase)}`
  throw misfit(reason, [{ ...collection, rows }], phrase.text)
}

const isAnd = ([unit]: Unit[]): boolean => unit?.said.toLowerCase() === 'and'

export function keep(rows: string[][], filters: Filter[]): string[][] {
  return rows.filter((row) =>
    filters.every(({ column, value }) => keyOf(row[column] ?? '') === value),
  )
}

/** The number of units, as many as possible, that together equal a cell. */
function longestValue(units: Unit[], keys: string[][]): number {
  const lengths = units.map((_, at) => units.length - at)
  const isValue = (value: string): boolean =>
    value !== '' && keys.some((row) => row.includes(value))
  return lengths.find((length) => isValue(valueOf(units.slice(0, length)))) ?? 0
}

/**
 * The filter of units that equal cells. Its column must be named ("with status open") if several columns have the value,
 * if the column has free text, if the value alone is meaningless, or if the table's name explains it too.
 */
function filterOf(units: Unit[], { collection, phrase }: Target, keys: string[][]): Filter {
  const value = valueOf(units)
  const header = (column: number): string => collection.columns[column] ?? ''
  const columns = [...(keys[0] ?? []).keys()].filter((at) => keys.some((row) => row[at] === value))
  const said = (column: number): number =>
    headerWords(header(column)).filter((word) => phrase.words.includes(word)).length
  const full = columns.filter((column) => said(column) === headerWords(header(column)).length)
  const named = full.length > 0 ? full : columns.filter((column) => said(column) > 0)
  const isTelling =
    !SAYS_LITTLE.test(value) && !columns.some((column) => FREE_TEXT.test(header(column)))
  const choice = named.length > 0 || !isTelling ? named : columns
  const [column] = choice
  const names = nameWords(collection.names).flat()
  // The name explains the word. A cell that happens to contain it must not filter rows.
  const isStray =
    named.length === 0 &&
    units.every(({ words }) => includesAll(names, words)) &&
    keys.some((row) => row[column ?? 0] !== value)
  if (column !== undefined && choice.length === 1 && !isStray) return { column, value }
  const also = isStray ? `names the table “${collection.names[0]}” and ` : ''
  throw new Refusal(
    `“${value}” ${also}is a value of ${quoteList(columns.map(header))}: say of which, such as “with ${header(columns[0] ?? 0).toLowerCase()} ${value}”.`,
  )
}

const valueOf = (units: Unit[]): string => content(units.flatMap(({ words }) => words))

const keyOf = (cell: string): string => content(wordsOf(cell))

/** Words for a comparison. Stop words are removed, as in the sentence. */
function content(words: string[]): string {
  const telling = words.filter((word) => !isStopWord(word))
  return (telling.length > 0 ? telling : words).join(' ')
}
