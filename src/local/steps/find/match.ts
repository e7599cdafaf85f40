/** Which element a name means. Pure. */
import { KIND_NOUN, type Name } from '../sentence/step.ts'
import { tidy, wordsOf } from '../sentence/words.ts'

interface Named {
  name: string
  url?: string
}

/** Before a name's words, one of these turns their meaning round. `t` is what is left of "don't". */
const DENIALS = new Set(['no', 'not', 't', 'never', 'without', 'except'])

/** `loose`: the name only contains the words. */
export type Match<T> = { found: T; loose: boolean } | { several: T[] } | undefined

/**
 * The readings of a name, the most literal first. An unquoted one may carry an article and a noun that tells its kind
 * (`the Name field`).
 */
export function readingsOf(name: Name): string[] {
  const literal = tidy(name.text)
  if (name.quoted) return [literal]
  const bare = literal.replace(/^(?:the|a|an|my|your) /i, '').replace(/[!?]+$/, '')
  return [...new Set([literal, bare, bare.replace(KIND_NOUN, '')])].filter(Boolean)
}

/**
 * The one element that a name means: an exact name beats one in other letter case, that beats the same words in another
 * number or spelling, that beats a name that contains the words, unless it denies them ("Don't save" is no "Save"). Several at the best rank are no match; links that lead
 * to the same place count as one.
 */
export function match<T extends Named>(elements: T[], name: Name): Match<T> {
  const readings = readingsOf(name)
  const ranks: ((elementName: string, reading: string) => boolean)[] = [
    (elementName, reading) => elementName === reading,
    (elementName, reading) => elementName.toLowerCase() === reading.toLowerCase(),
    (elementName, reading) => sameWords(wordsOf(elementName), wordsOf(reading)),
    (elementName, reading) => affirmsWords(wordsOf(elementName), wordsOf(reading)),
  ]
  for (const fits of ranks) {
    const hits = elements.filter((element) =>
      readings.some((reading) => fits(tidy(element.name), reading)),
    )
    const [first] = hits
    if (!first) continue
    const oneTarget = first.url !== undefined && hits.every(({ url }) => url === first.url)
    const loose = fits === ranks.at(-1)
    return hits.length === 1 || oneTarget ? { found: first, loose } : { several: hits }
  }
  return undefined
}

export function sameWords(a: string[], b: string[]): boolean {
  return a.length > 0 && a.join(' ') === b.join(' ')
}

/** Whether `part` occurs in `whole` as a run of whole words. */
export function containsWords(whole: string[], part: string[]): boolean {
  return part.length > 0 && ` ${whole.join(' ')} `.includes(` ${part.join(' ')} `)
}

function affirmsWords(whole: string[], part: string[]): boolean {
  const [before = ''] = ` ${whole.join(' ')} `.split(` ${part.join(' ')} `)
  return containsWords(whole, part) && !before.split(' ').some((word) => DENIALS.has(word))
}
