/**
 * Which column or list a phrase names. Every word of the phrase must be explained: by the column's header, by what names
 * the table, or by cells that hold exactly that value (filters.ts). Pure.
 */
import { describeCollections } from './describe.ts'
import { includesAll, severalHint, toPhrase, type Phrase, type Unit } from '../sentence/phrase.ts'
import { Refusal } from '../refusal.ts'
import type { Collection } from './tables.ts'
import { headerWords, tidy } from '../sentence/words.ts'

export interface Target {
  phrase: Phrase
  collection: Collection
  /** Index of the column; 0 for a list. */
  column: number
  /** Units that the column's header does not explain, in the order of the sentence. */
  rest: Unit[]
}

/** After such a word, or a dash or full stop, a name goes on to something else or says what it leaves out. */
const ASIDE = /\b(?:no|not|without|except|excluding)\b.*$|(?:\s[–—-]\s|[.:;!?(]).*$/i
/** "Open and paid invoices" are neither the open ones nor the paid ones. */
const JOINED = /\S+(?:,? (?:and|or|&) \S+)+/gi
/** A longer name is a sentence, in which a word can mean anything. */
const LONGEST_NAME = 6

/**
 * The one column or list that the phrase names. Its head must be in the column's header or in the list's nearest name; the
 * table's names may explain the other words. The fewest unexplained words win, then the header with the fewest words
 * that were not said; a list and a column that are as good as each other leave it open.
 */
export function chooseTarget(text: string, collections: Collection[]): Target {
  const phrase = toPhrase(text)
  const { head } = phrase
  const offers = describeCollections(collections)
  if (!head) throw new Refusal(`“${text}” names no column and no list. ${offers}`)
  const targets = collections.flatMap((collection) => targetsIn(collection, phrase))
  const fewest = Math.min(...targets.map(({ unexplained }) => unexplained))
  const open = targets.filter(({ unexplained }) => unexplained === fewest)
  const unsaid = Math.min(...open.map((target) => target.unsaid))
  const isMixed = new Set(open.map(({ target }) => target.collection.is)).size > 1
  const [first, second] = open.filter((target) => isMixed || target.unsaid === unsaid)
  if (!first)
    throw new Refusal(`The page explains no “${head.said}”.${severalHint(phrase)} ${offers}`)
  if (second) {
    const both = `${nameOf(first.target)} and ${nameOf(second.target)}`
    throw new Refusal(`“${text}” fits both ${both}. Name the column or its table in full.`)
  }
  return first.target
}

interface Candidate {
  target: Target
  unexplained: number
  unsaid: number
}

function targetsIn(collection: Collection, phrase: Phrase): Candidate[] {
  const names = nameWords(collection.names)
  const context = names.flat()
  const headers = collection.is === 'table' ? collection.columns.map(headerWords) : [names[0] ?? []]
  return headers.flatMap((header, column) => {
    if (!phrase.head || !includesAll(header, phrase.head.words)) return []
    const rest = phrase.units.filter(({ words }) => !includesAll(header, words))
    const unexplained = rest.filter(({ words }) => !includesAll(context, words)).length
    const unsaid = header.filter(
      (word) => !phrase.words.includes(word) && !context.includes(word),
    ).length
    return [{ target: { phrase, collection, column, rest }, unexplained, unsaid }]
  })
}

function nameOf({ collection, column }: Target): string {
  const header = collection.columns[column]
  const owner = `“${collection.names[0] ?? ''}”`
  return header === undefined ? `the list ${owner}` : `“${header}” of ${owner}`
}

/** The words that each of these names explains. */
export function nameWords(names: string[]): string[][] {
  return names.map((name) => {
    const plain = tidy(name)
      .replace(/\bno\.?$/i, 'number')
      .replace(ASIDE, '')
      .replace(JOINED, '')
    const words = headerWords(plain)
    return words.length > LONGEST_NAME ? [] : words
  })
}
