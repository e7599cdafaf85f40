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
const UNIT = /"([^"]*)"|(\S+)/g

export function toPhrase(text: string): Phrase {
  const units = unitsIn(text)
  const head = unitsIn(cutAtPreposition(text)[0]).at(-1)
  const plural = head !== undefined && isPlural(head.said)
  return { text, units, words: units.flatMap(({ words }) => words), head, plural }
}

/** Without stop words, unless it has no others: "extract the page" can only mean a label of that name. */
function unitsIn(text: string): Unit[] {
  const all = [...text.matchAll(UNIT)].map(([, quoted, plain = '']) => {
    const words = wordsOf(quoted ?? plain)
    return { said: quoted ?? plain, words, isStop: quoted === undefined && words.every(isStopWord) }
  })
  const telling = all.filter(({ isStop }) => !isStop)
  return (telling.length > 0 ? telling : all).filter(({ words }) => words.length > 0)
}

/** `numbers of Acme` → `numbers`, `of Acme`. A preposition counts after a word that is not a stop word. */
export function cutAtPreposition(text: string): [string, string] {
  let isLater = false
  for (const { 0: found, 1: quoted, index } of text.matchAll(UNIT)) {
    if (isLater && PREPOSITION.test(found)) return [text.slice(0, index).trim(), text.slice(index)]
    isLater ||= quoted !== undefined || !wordsOf(found).every(isStopWord)
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
