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
import type { Collection } from './tables.ts'

export interface Target {
  phrase: Phrase
  collection: Collection
  /** Indexes of the columns; 0 for a list. */
  columns: number[]
  /** Whether rows are wanted as objects, even if there is only one column. */
  asRows: boolean
  /** Units that the columns' headers do not explain, in the order of the sentence. */
  rest: Unit[]
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
  const labelled = candidates(phrase, collections, 'value')
  const value = best(
    phrase,
    labelled.filter(
      ({ unexplained, unsaid }) => unexplained === 0 && (unsaid < 1 || !phrase.plural),
    ),
  )
  return value ?? severalColumns(text, collections) ?? oneColumn(phrase, collections)
}

function oneColumn(phrase: Phrase, collections: Collection[]): Target {
  const { head, text } = phrase
  if (!head) throw misfit(`“${text}” names no column and no list.`, collections, text)
  const columns = candidates(phrase, collections, 'table', 'list')
  const tables = collections.filter(({ is }) => is === 'table')
  const rows = tables.flatMap((table) => rowsOf(table, phrase, tables.length === 1))
  const target = best(phrase, columns.length > 0 ? columns : rows)
  if (target) return target
  throw misfit(`The page does not explain “${head.said}”.${severalHint(phrase)}`, collections, text)
}

/** The only column of the table for which the header and the table's names explain every word. */
export function columnNamed(table: Collection, name: string): number | undefined {
  const phrase = toPhrase(name)
  const named = candidates(phrase, [table], 'table').filter(({ unexplained }) => unexplained === 0)
  return best(phrase, named)?.columns[0]
}

interface Candidate {
  target: Target
  unexplained: number
  unsaid: number
}

/** Throws a Refusal if several candidates match equally well. Labels with equal values count as one. */
function best(phrase: Phrase, all: Candidate[]): Target | undefined {
  const fewest = Math.min(...all.map(({ unexplained }) => unexplained))
  const open = all.filter(({ unexplained }) => unexplained === fewest)
  const unsaid = Math.min(...open.map((candidate) => candidate.unsaid))
  const isMixed = new Set(open.map(({ target }) => target.collection.is)).size > 1
  const found = open.filter((candidate) => isMixed || candidate.unsaid === unsaid)
  const [first, ...others] = found.map(({ target }) => target)
  const second = others.find(
    (other) => valueOf(other) === undefined || valueOf(other) !== valueOf(first),
  )
  if (!first || !second) return first
  const both = `${nameOf(first)} and ${nameOf(second)}`
  throw new Refusal(
    `“${phrase.text}” fits both ${both}. Give the whole name, with that of its table or section.`,
  )
}

const valueOf = (target?: Target): string | undefined =>
  target?.collection.is === 'value' ? target.collection.rows[0]?.[0] : undefined

function nameOf(target: Target): string {
  const { collection, columns, asRows } = target
  const header = collection.columns[columns[0] ?? 0]
  const owner = `“${collection.names[0] ?? ''}”`
  if (asRows) return `the rows of ${owner}`
  if (collection.is === 'value') return `“${header}: ${valueOf(target)}”`
  return header === undefined ? `the list ${owner}` : `“${header}” of ${owner}`
}

/** The columns, lists or labels that contain the head of the phrase. */
function candidates(phrase: Phrase, all: Collection[], ...kinds: Collection['is'][]): Candidate[] {
  const { head, units, words, text } = phrase
  return all.flatMap((collection) => {
    const names = nameWords(collection.names, phrase)
    const isList = collection.is === 'list'
    const headers = isList ? [names[0] ?? []] : collection.columns.map(headerWords)
    return headers.flatMap((header, column) => {
      const extra = header.filter((word) => !words.includes(word) && !names.flat().includes(word))
      const isMeant =
        head && includesAll(header, head.words) && !extra.some((word) => EXCLUDES.has(word))
      if (!isMeant || !kinds.includes(collection.is)) return []
      const isVerbatim = collection.columns[column]?.toLowerCase() === text.toLowerCase()
      const rest = units.filter((unit) => !includesAll(header, unit.words))
      const target = { phrase, collection, columns: [column], asRows: false, rest }
      return [
        { target, unexplained: countUnexplained(target), unsaid: isVerbatim ? -1 : extra.length },
      ]
    })
  })
}

function countUnexplained({ collection, rest, phrase }: Target): number {
  const context = nameWords(collection.names, phrase).flat()
  return rest.filter(({ words }) => !includesAll(context, words)).length
}

/** Whole rows, if the phrase is "rows" or the name of the page's only table. */
function rowsOf(collection: Collection, phrase: Phrase, isOnly: boolean): Candidate[] {
  const { head, plural } = phrase
  const [called = []] = nameWords(collection.names, phrase)
  const isCalledSo = isOnly && plural && head && includesAll(called, head.words)
  if (!isCalledSo && !ROW_WORDS.has(head?.words.join(' ') ?? '')) return []
  const columns = collection.columns.flatMap((header, at) => (header === '' ? [] : [at]))
  const rest = phrase.units.filter((unit) => unit !== head)
  const target = { phrase, collection, columns, asRows: true, rest }
  return [{ target, unexplained: countUnexplained(target), unsaid: 0 }]
}

/** "Numbers and amounts of Acme": the columns of one table that each part names; undefined for any other phrase. */
function severalColumns(text: string, collections: Collection[]): Target | undefined {
  const [listed, tail] = cutAtPreposition(text)
  const parts = listed.split(LISTED).filter((part) => part.trim() !== '')
  if (parts.length < 2) return undefined
  const found = parts.map((part) =>
    attempted(() => oneColumn(toPhrase(`${part} ${tail}`), collections)),
  )
  const targets = found.flatMap((target) => (target instanceof Refusal ? [] : [target]))
  const [first] = targets
  const columns = [...new Set(targets.flatMap((target) => target.columns))]
  if (!first || first.collection.is === 'list' || columns.length < parts.length) return undefined
  const { collection, rest } = first
  const names = nameWords(collection.names).flat()
  // A word before a later column ("numbers and open amounts") may concern that column alone.
  const isClear = targets.every((target, at) => {
    const own = at === 0 ? [] : toPhrase(parts[at] ?? '').units.map(({ said }) => said)
    const before = target.rest.filter(({ said }) => own.includes(said))
    return (
      target.collection === collection && before.every(({ words }) => includesAll(names, words))
    )
  })
  return isClear ? { phrase: toPhrase(text), collection, columns, asRows: true, rest } : undefined
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
