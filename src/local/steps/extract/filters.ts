/**
 * Filters rows by the words of a phrase that are not in the header: each must equal the value of a cell. An unexplained
 * word refuses the extraction, so that paid invoices are never returned as open ones. Pure.
 */
import { describeCollections } from './describe.ts'
import { nameWords, type Target } from './explain.ts'
import { includesAll, severalHint, type Unit } from '../sentence/phrase.ts'
import { formOf } from '../sentence/grammar.ts'
import { Misfit, quoteList, Refusal } from '../refusal.ts'
import { headerWords, isStopWord, wordsOf } from '../sentence/words.ts'

/** A value that is meaningless without its column. */
const SAYS_LITTLE = /^(?:[\d.,]+|yes|no|true|false|none)$/
const FREE_TEXT = /note|comment|remark|description|subject|message|memo|reason/i
/** A column with longer cells contains free text. */
const MOST_WORDS = 5

export interface Filter {
  column: number
  value: string
}

/** A sequence of units that equals cells, and the columns with such cells. */
interface Run {
  units: Unit[]
  value: string
  columns: number[]
}

/** The filters of the words beyond the header, given the rows of all pages. */
export function filtersFor(target: Target, rows: string[][]): Filter[] {
  const { rest, collection } = target
  const keys = rows.map((row) => row.map((cell) => keyOf(wordsOf(cell))))
  const filters: Filter[] = []
  const others: { unit: Unit; after: number }[] = []
  for (let at = 0; at < rest.length;) {
    const run = longestValue(rest.slice(at), keys)
    const filter = run && filterOf(run, target, rows)
    if (filter) filters.push(filter)
    else others.push(...rest.slice(at, at + 1).map((unit) => ({ unit, after: filters.length })))
    at += filter && run ? run.units.length : 1
  }
  checkApart(filters, target)
  const names = [
    ...collection.names,
    ...filters.map(({ column }) => collection.columns[column] ?? ''),
  ]
  const explained = nameWords(names, target.phrase).flat()
  // "And" between two filters means that both hold.
  const joins = (unit: Unit, after: number): boolean =>
    unit.said.toLowerCase() === 'and' && after > 0 && after < filters.length
  const unknown = others.find(
    ({ unit, after }) => !includesAll(explained, unit.words) && !joins(unit, after),
  )
  if (unknown) throw unexplained(unknown.unit, target, rows)
  return filters
}

/** A cell has one value, so "open and paid invoices" means rows of either kind, which a filter cannot express. */
function checkApart(filters: Filter[], { collection }: Target): void {
  const clash = filters.filter(({ column, value }) =>
    filters.some((other) => other.column === column && other.value !== value),
  )
  const [first] = clash
  if (!first) return
  const values = quoteList(clash.map(({ value }) => value))
  throw new Refusal(
    `${values} are values of one column, “${collection.columns[first.column]}”. Extract one after the other.`,
  )
}

export function keep(rows: string[][], filters: Filter[]): string[][] {
  return rows.filter((row) =>
    filters.every(({ column, value }) => keyOf(wordsOf(row[column] ?? '')) === value),
  )
}

/**
 * The filter of a sequence. Its column must be named ("with status open") if several columns have the value, if the column
 * has free text, or if the value alone is meaningless.
 */
function filterOf(run: Run, target: Target, rows: string[][]): Filter | undefined {
  const { collection } = target
  const { value, columns } = run
  const headers = columns.map((column) => collection.columns[column] ?? '')
  const named = namedColumns(run, target)
  const telling = SAYS_LITTLE.test(value)
    ? []
    : columns.filter((column) => isCategory(column, target, rows))
  const choice = named.length > 0 ? named : columns.length === telling.length ? columns : []
  const [column] = choice
  const say = `say of which, such as “with ${headers[0]?.toLowerCase()} ${value}”`
  if (column === undefined || choice.length > 1)
    throw new Refusal(`“${value}” is a value of ${quoteList(headers)}: ${say}.`)
  const inName = run.units.every(({ words }) =>
    includesAll(nameWords(collection.names).flat(), words),
  )
  if (!inName || named.length > 0) return { column, value }
  // The name explains the word. A cell that happens to contain it must not filter rows.
  if (keep(rows, [{ column, value }]).length === rows.length) return undefined
  throw new Refusal(
    `“${value}” names the table “${collection.names[0] ?? ''}” and is a value of ${quoteList(headers)}: ${say}.`,
  )
}

function isCategory(column: number, { collection }: Target, rows: string[][]): boolean {
  const isShort = rows.every((row) => (row[column] ?? '').split(' ').length <= MOST_WORDS)
  return isShort && !FREE_TEXT.test(collection.columns[column] ?? '')
}

/** The columns of a sequence whose headers the phrase contains completely, or else partly. */
function namedColumns({ columns }: Run, { phrase, collection }: Target): number[] {
  const header = (column: number): string[] => headerWords(collection.columns[column] ?? '')
  const full = columns.filter((column) => includesAll(phrase.words, header(column)))
  const partly = columns.filter((column) =>
    header(column).some((word) => phrase.words.includes(word)),
  )
  return full.length > 0 ? full : partly
}

/** `keys` are the cells in the form of `keyOf`. */
function longestValue(units: Unit[], keys: string[][]): Run | undefined {
  for (let length = units.length; length > 0; length -= 1) {
    const run = units.slice(0, length)
    const value = keyOf(run.flatMap(({ words }) => words))
    const columns = new Set(
      keys.flatMap((row) => row.flatMap((key, column) => (key === value ? [column] : []))),
    )
    if (value !== '' && columns.size > 0) return { units: run, value, columns: [...columns] }
  }
  return undefined
}

/** Words for the comparison with a cell. Stop words are removed, as in the sentence. */
function keyOf(words: string[]): string {
  const content = words.filter((word) => !isStopWord(word))
  return (content.length > 0 ? content : words).join(' ')
}

function unexplained({ said }: Unit, { phrase, collection }: Target, rows: string[][]): Refusal {
  const offers = describeCollections([{ ...collection, rows }], phrase.text)
  return new Misfit(
    `The page does not explain “${said}”, so nothing was extracted.${severalHint(phrase)} ${offers}`,
    formOf('extract-all'),
  )
}
