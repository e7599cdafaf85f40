/**
 * Which column or list a phrase names. Every word of the phrase must be explained: by the column's header, by what names
 * the table, or by cells that hold exactly that value (filters.ts). Pure.
 */
import { describeCollections } from './describe-data.ts'
import type { Collection } from './tables.ts'
import { Refusal } from './refusal.ts'
import { headerWords, isStopWord, tidy, wordsOf } from './words.ts'

/** A word of the phrase, or a quoted part, which is compared as a whole. */
export interface Unit {
  said: string
  words: string[]
}

export interface Target {
  collection: Collection
  /** Index of the column; 0 for a list. */
  column: number
  /** Units that the column's header does not explain, in the order of the sentence. */
  rest: Unit[]
}

const PREPOSITION =
  /^(?:of|from|in|on|for|at|by|with|without|where|whose|that|which|over|under|above|below|between|before|after|since)$/i
/** After such a word a name says what it leaves out, which explains nothing. */
const LEAVES_OUT = /\b(?:no|not|without|except|excluding)\b.*$/i
/** "Open and paid invoices" are neither the open ones nor the paid ones. */
const JOINED = /\S+(?:,? (?:and|or|&) \S+)+/gi

export function unitsOf(phrase: string): { units: Unit[]; head: Unit | undefined } {
  const units: Unit[] = []
  let head: Unit | undefined
  let headIsOver = false
  for (const [, quoted, plain] of phrase.matchAll(/"([^"]*)"|(\S+)/g)) {
    if (plain !== undefined && PREPOSITION.test(plain)) headIsOver ||= units.length > 0
    const words = wordsOf(quoted ?? plain ?? '')
    if (words.length === 0 || (plain !== undefined && words.every(isStopWord))) continue
    for (const unit of quoted === undefined
      ? words.map((word) => ({ said: word, words: [word] }))
      : [{ said: quoted, words }]) {
      units.push(unit)
      if (!headIsOver) head = unit
    }
  }
  return { units, head }
}

/**
 * The one column or list that the phrase names. Its head, the last word before a preposition, must be in the column's header
 * (`invoice numbers of Acme`: number) or in a list's name; the table's name may explain the other words.
 */
export function chooseTarget(phrase: string, collections: Collection[]): Target {
  const { units, head } = unitsOf(phrase)
  if (!head)
    throw new Refusal(
      `“${phrase}” names no column and no list. ${describeCollections(collections)}`,
    )
  const targets = collections.flatMap((collection) => {
    const columns =
      collection.is === 'table'
        ? collection.columns.map(headerWords)
        : [nameWords(collection).slice(0, 1).flat()]
    return columns.flatMap((header, column) => {
      if (!includesAll(header, head.words)) return []
      const context = nameWords(collection).flat()
      const rest = units.filter(({ words }) => !includesAll(header, words))
      const unexplained = rest.filter(({ words }) => !includesAll(context, words)).length
      const said = new Set(units.flatMap(({ words }) => words))
      const unsaid = header.filter((word) => !said.has(word) && !context.includes(word)).length
      return [{ target: { collection, column, rest }, cost: unexplained * 100 + unsaid }]
    })
  })
  const best = Math.min(...targets.map(({ cost }) => cost))
  const [first, second] = targets.filter(({ cost }) => cost === best).map(({ target }) => target)
  if (!first)
    throw new Refusal(`The page explains no “${head.said}”. ${describeCollections(collections)}`)
  if (second)
    throw new Refusal(
      `“${phrase}” fits both ${nameOf(first)} and ${nameOf(second)}. Name the column or its table in full.`,
    )
  return first
}

function nameOf({ collection, column }: Target): string {
  const header = collection.columns[column]
  const owner = `“${collection.names[0] ?? ''}”`
  return header === undefined ? `the list ${owner}` : `“${header}” of ${owner}`
}

export function nameWords({ names }: Collection): string[][] {
  return names.map((name) => headerWords(tidy(name).replace(LEAVES_OUT, '').replace(JOINED, '')))
}

export function includesAll(words: string[], wanted: string[]): boolean {
  return wanted.every((word) => words.includes(word))
}
