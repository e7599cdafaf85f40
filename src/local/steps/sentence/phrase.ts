/** Analyses the words of an extraction. Pure. */
import { isPlural, isStopWord, wordsOf } from './words.ts'

/** A word of the phrase, or a quoted part, which counts as a whole. */
export interface Unit {
  /** As the sentence has it. */
  said: string
  words: string[]
}

export interface Phrase {
  text: string
  /** Stop words left out. */
  units: Unit[]
  /** All their words. */
  words: string[]
  /** The head: the last unit before a preposition (`due dates of open invoices`: dates). */
  head: Unit | undefined
  /** Whether the head is a plural. */
  plural: boolean
}

const PREPOSITION =
  /^(?:of|from|in|on|for|at|by|with|without|where|whose|that|which|over|under|above|below|between|before|after|since|to|than|except|but|as)$/i

export function toPhrase(text: string): Phrase {
  const all = unitsIn(text)
  const telling = all.filter(({ isStop }) => !isStop)
  // "Extract the page" can only mean a label of that name.
  const units = telling.length > 0 ? telling : all
  const head = units.findLast(({ isOver }) => !isOver)
  const plural = head !== undefined && isPlural(head.said)
  return { text, units, words: units.flatMap(({ words }) => words), head, plural }
}

/** `isOver`: after a preposition. `isStop`: a stop word. */
function unitsIn(text: string): (Unit & { isOver: boolean; isStop: boolean })[] {
  let isOver = false
  let isFirst = true
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].flatMap(([, quoted, plain]) => {
    const said = quoted ?? plain ?? ''
    const words = wordsOf(said)
    const isStop = plain !== undefined && words.every(isStopWord)
    if (plain !== undefined && PREPOSITION.test(plain)) isOver ||= !isFirst
    if (words.length === 0) return []
    isFirst &&= isStop
    return [{ said, words, isOver, isStop }]
  })
}

/** `numbers of Acme` → `numbers`, `of Acme`. Quoted words are not prepositions. */
export function cutAtPreposition(text: string): [string, string] {
  for (const { 0: found, index } of text.matchAll(/"[^"]*"|\S+/g)) {
    if (index > 0 && PREPOSITION.test(found))
      return [text.slice(0, index).trim(), text.slice(index)]
  }
  return [text, '']
}

export function includesAll(words: string[], wanted: string[]): boolean {
  return wanted.every((word) => words.includes(word))
}

/** The hint for a phrase with two targets. */
export function severalHint({ words }: Phrase): string {
  return words.includes('and') ? ' One extraction takes one thing: extract …, and extract ….' : ''
}
