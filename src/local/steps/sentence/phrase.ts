/** The words of an extraction, taken apart. Pure. */
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
  /** What is asked for: the last unit before a preposition (`due dates of open invoices`: dates). */
  head: Unit | undefined
  /** Whether the head is a plural. */
  plural: boolean
}

const PREPOSITION =
  /^(?:of|from|in|on|for|at|by|with|without|where|whose|that|which|over|under|above|below|between|before|after|since|to|than|except|but|as)$/i

export function toPhrase(text: string): Phrase {
  const units: Unit[] = []
  let head: Unit | undefined
  let headIsOver = false
  for (const [, quoted, plain] of text.matchAll(/"([^"]*)"|(\S+)/g)) {
    const said = quoted ?? plain ?? ''
    const words = wordsOf(said)
    if (plain !== undefined && PREPOSITION.test(plain)) headIsOver ||= units.length > 0
    if (words.length === 0 || (plain !== undefined && words.every(isStopWord))) continue
    units.push({ said, words })
    if (!headIsOver) head = units.at(-1)
  }
  const plural = head !== undefined && isPlural(head.said)
  return { text, units, words: units.flatMap(({ words }) => words), head, plural }
}

export function includesAll(words: string[], wanted: string[]): boolean {
  return wanted.every((word) => words.includes(word))
}

/** For a phrase that asks for two things at once. */
export function severalHint({ words }: Phrase): string {
  return words.includes('and') ? ' One extraction takes one thing: extract …, and extract ….' : ''
}
