/** Which element a name means. Pure. */
import { KIND_NOUN, type Name } from '../sentence/step.ts'
import { tidy, wordsOf } from '../sentence/words.ts'
import { rolesOf } from './kinds.ts'

interface Named {
  name: string
  role?: string
  url?: string
}

/** A way to read a name. `roles`: what the word for its kind ("button") says that it is. */
interface Reading {
  text: string
  roles?: readonly string[] | undefined
}

/** Before a name's words, one of these turns their meaning round. `t` is what is left of "don't". */
const DENIALS = new Set(['no', 'not', 't', 'never', 'without', 'except'])

/** `loose`: the name only contains the words. */
export type Match<T> = { found: T; loose: boolean } | { several: T[] } | undefined

type Fits = (elementName: string, reading: string) => boolean

/** From the strictest on; those of a group are tried on a reading before the next reading is. */
const RANKS: Fits[][] = [
  [(name, reading) => name === reading, (name, reading) => lower(name) === lower(reading)],
  [(name, reading) => sameWords(wordsOf(name), wordsOf(reading))],
  [(name, reading) => affirmsWords(wordsOf(name), wordsOf(reading))],
]

/**
 * The readings of a name, the most literal first. An unquoted one may carry an article and a word for its kind (`the Name
 * field`), which may as well be a part of the name (`Gift box`).
 */
export function readingsOf(name: Name): Reading[] {
  const literal = tidy(name.text)
  if (name.quoted) return [{ text: literal, roles: rolesOf(name.kind ?? '') }]
  const bare = literal.replace(/^(?:the|a|an|my|your) /i, '').replace(/[!?]+$/, '')
  const readings: Reading[] = [{ text: literal }, { text: bare }]
  for (let rest = bare; KIND_NOUN.test(rest);) {
    const [kind = ''] = KIND_NOUN.exec(rest) ?? []
    rest = rest.slice(0, rest.length - kind.length)
    readings.push({ text: rest, roles: rolesOf(kind) })
  }
  const texts = readings.map(({ text }) => text)
  return readings.filter(({ text }, at) => text !== '' && texts.indexOf(text) === at)
}

/**
 * The one element that a name means: an exact name beats one in other letter case, that beats the same words in another
 * number or spelling, that beats a name that contains the words, unless it denies them ("Don't save" is no "Save"). A more
 * literal reading beats another that fits as well. Several at the best rank are no match; links that lead to the same place
 * count as one.
 */
export function match<T extends Named>(elements: T[], name: Name): Match<T> {
  for (const [rank, group] of RANKS.entries()) {
    for (const { text, roles } of readingsOf(name)) {
      for (const fits of group) {
        const hits = elements.filter((element) => fits(tidy(element.name), text))
        const ofKind = hits.filter(({ role }) => roles?.includes(role ?? '') ?? true)
        // A link that looks like a button is called one; that is believed only of a name in full.
        const best = ofKind.length > 0 || rank > 0 ? ofKind : hits
        const [first] = best
        if (!first) continue
        const oneTarget = first.url !== undefined && best.every(({ url }) => url === first.url)
        const loose = rank === RANKS.length - 1
        return best.length === 1 || oneTarget ? { found: first, loose } : { several: best }
      }
    }
  }
  return onlyOne(elements, name)
}

/** "The list" where the page has one: nothing else is called so. */
function onlyOne<T extends Named>(elements: T[], { text, quoted }: Name): Match<T> {
  const noun = ` ${tidy(text).replace(/^(?:the|a|an) /i, '')}`
  const roles = quoted || noun.replace(KIND_NOUN, '') !== '' ? undefined : rolesOf(noun)
  const own = elements.filter(({ role }) => roles?.includes(role ?? ''))
  return own.length === 1 && own[0] ? { found: own[0], loose: true } : undefined
}

function lower(text: string): string {
  return text.toLowerCase()
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
