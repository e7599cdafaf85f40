/**
 * Finds the column, list or labelled value that a phrase names. Every word must be explained: by the column's header, by
 * the names of the table, or by cells with exactly that value (filters.ts). Pure.
 */
import { attempted, Refusal } from '../refusal.ts'
import {
  cutAtPreposition,
  includesAll,
  severalHint,
  toPhrase,
  type Phrase,
  type Unit,
} from '../sentence/phrase.ts'
import { headerWords, tidy } from '../sentence/words.ts'
import { misfit } from './describe.ts'
import type { Collection } from './read.ts'

export interface Target {
  phrase: Phrase
  collection: Collection
  /** Indexes of the columns; 0 for a list. */
  columns: number[]
  /** Whether rows are wanted as objects, even if there is only one column. */
  asRows: boolean
  /** Units that the headers do not explain, in the order of the sentence. */
  rest: Unit[]
  /** How many of them the names of the table do not explain either. */
  unexplained: number
  /** Words of the header that the phrase lacks; -1 if both are equal letter by letter. */
  unsaid: number
}

/** After such a word, a dash or a full stop, a name changes its subject or says what it excludes. */
const ASIDE = /\b(?:no|not|without|except|excluding)\b.*$|(?:\s[–—-]\s|[.:;!?(]).*$/i
/** "Open and paid invoices" are two groups, not a filter. */
const JOINED = /\S+(?:,? (?:and|or|&) \S+)+/gi
/** A longer name is a sentence, in which a word can mean anything. It only explains a phrase that contains all of it. */
const LONGEST_NAME = 6
/** A header that excludes something is not matched by its other words. */
const EXCLUDES = new Set(['no', 'not', 'without', 'except', 'excluding', 'excl', 'un'])
const ROW_WORDS = new Set(['row', 'entry', 'record'])
const LISTED = /,? and |,? & |, /

/**
 * The target of a phrase: a column or list, several columns of one table ("numbers and amounts"), or all of them ("rows").
 * Its head must be in the column's header or in the list's nearest name; the table's names may explain the other words. The
 * match with the fewest unexplained words wins, then the header with the fewest extra words. If a list and a column match
 * equally well, the phrase is ambiguous. For one value, the label with that value comes first.
 */
export function choose(text: string, collections: Collection[]): Target {
  const phrase = toPhrase(text)
  const values = candidates(phrase, collections).filter(
    ({ collection: { is }, unexplained, unsaid }) =>
      is === 'value' && unexplained === 0 && (unsaid < 1 || !phrase.plural),
  )
  return best(values) ?? severalColumns(text, collections) ?? oneColumn(phrase, collections)
}

/** The only column of the table for which the header and the table's names explain every word. */
export function columnNamed(table: Collection, name: string): number | undefined {
  const named = candidates(toPhrase(name), [table]).filter(({ unexplained }) => unexplained === 0)
  return best(named)?.columns[0]
}

/** "Numbers and amounts of Acme": the columns of one table that each part names; undefined for any other phrase. */
function severalColumns(text: string, collections: Collection[]): Target | undefined {
  const [listed, tail] = cutAtPreposition(text)
  const [part, ...parts] = listed.split(LISTED).filter((said) => said.trim() !== '')
  if (parts.length === 0) return undefined
  const found = attempted(() => {
    const first = oneColumn(toPhrase(`${part} ${tail}`), collections)
    // A word before a later column ("numbers and open amounts") may concern that column alone.
    const others = parts.map((other) => columnNamed(first.collection, other) ?? -1)
    return {
      ...first,
      phrase: toPhrase(text),
      columns: [...first.columns, ...others],
      asRows: true,
    }
  })
  if (found instanceof Refusal || found.collection.is === 'list') return undefined
  const isClear = !found.columns.includes(-1) && new Set(found.columns).size > parts.length
  return isClear ? found : undefined
}

function oneColumn(phrase: Phrase, collections: Collection[]): Target {
  const { head, text, plural } = phrase
  if (!head) throw misfit(`“${text}” names no column and no list.`, collections, text)
  const tables = collections.filter(({ is }) => is === 'table')
  const columns = candidates(phrase, collections).filter(({ collection: { is } }) => is !== 'value')
  // Whole rows, if the phrase is "rows" or the name of the page's only table.
  const rows = tables.filter(({ names }) => {
    const [called = []] = nameWords(names, phrase)
    const isCalledSo = tables.length === 1 && plural && includesAll(called, head.words)
    return isCalledSo || ROW_WORDS.has(head.words.join(' '))
  })
  const whole = rows.map((table): Target => {
    if (table.width > table.columns.length) throw new Refusal(undrawn(table))
    const all = table.columns.flatMap((header, at) => (header === '' ? [] : [at]))
    return { ...toTarget(phrase, table, head.words, all), asRows: true }
  })
  const target = best(columns.length > 0 ? columns : whole)
  if (target) return target
  throw misfit(`The page does not explain “${head.said}”.${severalHint(phrase)}`, collections, text)
}

const undrawn = ({ width, columns }: Collection): string =>
  `The table draws ${columns.length} of its ${width} columns, so whole rows cannot be read. Name the columns that you want.`

/** The columns, lists or labels that contain the head of the phrase. */
function candidates(phrase: Phrase, all: Collection[]): Target[] {
  const { head, words } = phrase
  return all.flatMap((collection) => {
    const isList = collection.is === 'list'
    const [called = []] = nameWords(collection.names, phrase)
    const headers = isList ? [called] : collection.columns.map(headerWords)
    return headers.flatMap((header, column) => {
      const denies = header.some((word) => EXCLUDES.has(word) && !words.includes(word))
      const isMeant = head && includesAll(header, head.words) && !denies
      return isMeant ? [toTarget(phrase, collection, header, [column])] : []
    })
  })
}

function toTarget(
  phrase: Phrase,
  collection: Collection,
  header: string[],
  columns: number[],
): Target {
  const context = nameWords(collection.names, phrase).flat()
  const rest = phrase.units.filter(({ words }) => !includesAll(header, words))
  const extra = header.filter((word) => !phrase.words.includes(word) && !context.includes(word))
  const said = collection.columns[columns[0] ?? 0]?.toLowerCase()
  return {
    phrase,
    collection,
    columns,
    asRows: false,
    rest,
    unexplained: rest.filter(({ words }) => !includesAll(context, words)).length,
    unsaid: said === phrase.text.toLowerCase() ? -1 : extra.length,
  }
}

/** Throws a Refusal if several targets match equally well. Labels with equal values count as one. */
function best(all: Target[]): Target | undefined {
  const fewest = Math.min(...all.map(({ unexplained }) => unexplained))
  const open = all.filter(({ unexplained }) => unexplained === fewest)
  const unsaid = Math.min(...open.map((target) => target.unsaid))
  const isMixed = new Set(open.map(({ collection: { is } }) => is)).size > 1
  const [first, ...others] = open.filter((target) => isMixed || target.unsaid === unsaid)
  const second = others.find((other) => !isSameValue(other.collection, first?.collection))
  if (!first || !second) return first
  throw new Refusal(
    `“${first.phrase.text}” fits both ${nameOf(first)} and ${nameOf(second)}. ` +
      'Give the whole name, with that of its table or section.',
  )
}

const isSameValue = (one: Collection, other?: Collection): boolean =>
  one.is === 'value' && one.rows.join() === other?.rows.join()

function nameOf({
  collection: { is, names, columns: headers, rows },
  columns,
  asRows,
}: Target): string {
  const header = headers[columns[0] ?? 0]
  const owner = `“${names[0] ?? ''}”`
  if (asRows) return `the rows of ${owner}`
  if (is === 'value') return `“${header}: ${rows.join()}”`
  return is === 'list' ? `the list ${owner}` : `“${header}” of ${owner}`
}

/** The words that each name explains; all of its words if the phrase contains the full name. */
export function nameWords(names: string[], phrase?: Phrase): string[][] {
  return names.map((name) => {
    const own = headerWords(name)
    if (phrase?.units.some(({ words }) => words.length > 1 && words.join() === own.join()))
      return own
    const plain = tidy(name)
      .replace(/\bno\.?$/i, 'number')
      .replace(ASIDE, '')
      .replace(JOINED, '')
    const words = headerWords(plain)
    return words.length > LONGEST_NAME ? [] : words
  })
}
