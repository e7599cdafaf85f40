/**
 * Finds the column or list that a phrase names. Every word must be explained: by the column's header, by the names of the
 * table, or by cells with exactly that value (filters.ts). Pure.
 */
import { describeCollections } from './describe.ts'
import {
  cutAtPreposition,
  includesAll,
  severalHint,
  toPhrase,
  type Phrase,
  type Unit,
} from '../sentence/phrase.ts'
import { attempted, Misfit, Refusal } from '../refusal.ts'
import { formOf } from '../sentence/grammar.ts'
import type { Collection } from './tables.ts'
import { headerWords, tidy } from '../sentence/words.ts'

export interface Target<C = Collection> {
  phrase: Phrase
  collection: C
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
const ROW_WORDS = new Set(['row', 'entry', 'record'])
const LISTED = /,? and |,? & |, /

/**
 * The target of a phrase: a column or list, several columns of one table ("numbers and amounts"), or all of them ("rows").
 * Its head must be in the column's header or in the list's nearest name; the table's names may explain the other words. The
 * match with the fewest unexplained words wins, then the header with the fewest extra words. If a list and a column match
 * equally well, the phrase is ambiguous.
 */
export function chooseTarget<C extends Collection>(text: string, collections: C[]): Target<C> {
  const one = attempted(() => chooseOne(toPhrase(text), collections))
  const several = chooseSeveral(text, collections)
  if (several) return several
  if (one instanceof Refusal) throw one
  return one
}

export function chooseOne<C extends Collection>(phrase: Phrase, collections: C[]): Target<C> {
  const { head, text } = phrase
  const offers = describeCollections(collections, text)
  if (!head) throw misfit(`“${text}” names no column and no list. ${offers}`)
  const targets = collections.flatMap((collection) => targetsIn(collection, phrase))
  const tables = collections.filter(({ is }) => is === 'table')
  const isOnly = tables.length === 1
  const rows =
    targets.length > 0 ? targets : tables.flatMap((table) => rowsIn(table, phrase, isOnly))
  const fewest = Math.min(...rows.map(({ unexplained }) => unexplained))
  const open = rows.filter(({ unexplained }) => unexplained === fewest)
  const unsaid = Math.min(...open.map((target) => target.unsaid))
  const isMixed = new Set(open.map(({ target }) => target.collection.is)).size > 1
  const [first, second] = open.filter((target) => isMixed || target.unsaid === unsaid)
  if (!first)
    throw misfit(`The page does not explain “${head.said}”.${severalHint(phrase)} ${offers}`)
  if (second) {
    const both = `${nameOf(first.target)} and ${nameOf(second.target)}`
    throw new Refusal(`“${text}” fits both ${both}. Name the column or its table in full.`)
  }
  return first.target
}

/** "Numbers and amounts of Acme": the columns of one table that each part names; undefined for any other phrase. */
function chooseSeveral<C extends Collection>(
  text: string,
  collections: C[],
): Target<C> | undefined {
  const [listed = '', tail = ''] = cutAtPreposition(text)
  const parts = listed.split(LISTED).filter((part) => part.trim() !== '')
  if (parts.length < 2) return undefined
  const found = parts.map((part) =>
    attempted(() => chooseOne(toPhrase(`${part} ${tail}`), collections)),
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
  if (!isClear) return undefined
  return { phrase: toPhrase(text), collection, columns, asRows: true, rest }
}

interface Candidate<C> {
  target: Target<C>
  unexplained: number
  unsaid: number
}

function targetsIn<C extends Collection>(collection: C, phrase: Phrase): Candidate<C>[] {
  const names = nameWords(collection.names, phrase)
  const context = names.flat()
  const headers = collection.is === 'table' ? collection.columns.map(headerWords) : [names[0] ?? []]
  return headers.flatMap((header, column) => {
    if (!phrase.head || !includesAll(header, phrase.head.words)) return []
    const rest = phrase.units.filter(({ words }) => !includesAll(header, words))
    const unexplained = rest.filter(({ words }) => !includesAll(context, words)).length
    const unsaid = header.filter(
      (word) => !phrase.words.includes(word) && !context.includes(word),
    ).length
    return [
      {
        target: { phrase, collection, columns: [column], asRows: false, rest },
        unexplained,
        unsaid,
      },
    ]
  })
}

/** Whole rows, if the phrase is "rows" or the name of the page's only table. */
function rowsIn<C extends Collection>(
  collection: C,
  phrase: Phrase,
  isOnly: boolean,
): Candidate<C>[] {
  const { head, plural } = phrase
  if (!head) return []
  const [called = []] = nameWords(collection.names, phrase)
  const isCalledSo = isOnly && plural && includesAll(called, head.words)
  if (!isCalledSo && !ROW_WORDS.has(head.words.join(' '))) return []
  const columns = collection.columns.flatMap((header, at) => (header === '' ? [] : [at]))
  const rest = phrase.units.filter((unit) => unit !== head)
  const context = nameWords(collection.names, phrase).flat()
  const unexplained = rest.filter(({ words }) => !includesAll(context, words)).length
  return [{ target: { phrase, collection, columns, asRows: true, rest }, unexplained, unsaid: 0 }]
}

const misfit = (reason: string): Misfit => new Misfit(reason, formOf('extract-all'))

function nameOf({ collection, columns: [column = 0], asRows }: Target<Collection>): string {
  const header = collection.columns[column]
  const owner = `“${collection.names[0] ?? ''}”`
  if (asRows) return `the rows of ${owner}`
  return header === undefined ? `the list ${owner}` : `“${header}” of ${owner}`
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
