/** Matches names with elements. Pure. */
import { KIND_NOUN, type Name } from '../sentence/step.ts'
import { tidy, wordsOf } from '../sentence/words.ts'
import { rolesOf } from './kinds.ts'

interface Named {
  name: string
  role?: string
  url?: string
}

const ARTICLE = /^(?:the|a|an|my|your) /i
/** Words that negate the following words. `t` is the rest of "don't". */
const DENIALS = new Set(['no', 'not', 't', 'never', 'without', 'except'])

/** More than one element if several fit equally well. `loose`: the name only contains the words. */
export type Match<T> = { found: [T, ...T[]]; loose: boolean } | undefined

/** From strict to loose. All levels of a group are tried on one interpretation before the next. */
const RANKS: ((name: string, reading: string) => boolean)[][] = [
  [(name, reading) => name === reading, (name, reading) => lower(name) === lower(reading)],
  [(name, reading) => sameWords(wordsOf(name), wordsOf(reading))],
  [(name, reading) => affirmsWords(wordsOf(name), wordsOf(reading))],
]

/**
 * The interpretations of a name, the most literal first, with the roles of the word for its kind (`button`). An unquoted
 * name may have an article and such a word (`the Name field`), but these can also be part of the name (`Gift box`).
 */
export function readingsOf(name: Name): { text: string; roles?: string[] | undefined }[] {
  const literal = tidy(name.text)
  if (name.quoted) return [{ text: literal, roles: rolesOf(name.kind ?? '') }]
  const bare = literal.replace(ARTICLE, '').replace(/[!?]+$/, '')
  const readings: ReturnType<typeof readingsOf> = [{ text: literal }, { text: bare }]
  for (let rest = bare; KIND_NOUN.test(rest);) {
    const roles = rolesOf(rest)
    rest = rest.replace(KIND_NOUN, '')
    readings.push({ text: rest, roles })
  }
  const texts = readings.map(({ text }) => text)
  return readings.filter(({ text }, at) => text !== '' && texts.indexOf(text) === at)
}

/**
 * The element that a name means. Ranking: an exact name, another letter case, another number or spelling, a name that
 * contains the words and does not negate them ("Don't save" never matches "Save"). At equal rank the more literal
 * interpretation wins. Several elements at the best rank do not match; links to the same address count as one.
 */
export function match<T extends Named>(elements: T[], name: Name): Match<T> {
  for (const [rank, group] of RANKS.entries()) {
    for (const { text, roles } of readingsOf(name)) {
      for (const fits of group) {
        const hits = elements.filter((element) => fits(tidy(element.name), text))
        const ofKind = hits.filter(({ role }) => roles?.includes(role ?? '') ?? true)
        // People call a link that looks like a button a button. This is accepted only for a full name.
        const best = ofKind.length > 0 || rank > 0 ? ofKind : hits
        const [first] = best
        if (!first) continue
        const oneTarget = first.url !== undefined && best.every(({ url }) => url === first.url)
        const others = oneTarget ? [] : best.slice(1)
        return { found: [first, ...others], loose: rank === RANKS.length - 1 }
      }
    }
  }
  return onlyOne(elements, name)
}

/** "The list", if the page has only one and no other element has this name. */
function onlyOne<T extends Named>(elements: T[], { text, quoted }: Name): Match<T> {
  const noun = ` ${tidy(text).replace(ARTICLE, '')}`
  const roles = quoted || noun.replace(KIND_NOUN, '') !== '' ? [] : rolesOf(noun)
  const [only, another] = elements.filter(({ role = '' }) => roles?.includes(role))
  return only && !another ? { found: [only], loose: true } : undefined
}

const lower = (text: string): string => text.toLowerCase()

const sameWords = (a: string[], b: string[]): boolean => a.length > 0 && a.join(' ') === b.join(' ')

/** Whether `part` occurs in `whole` as a run of whole words. */
export const containsWords = (whole: string[], part: string[]): boolean =>
  part.length > 0 && ` ${whole.join(' ')} `.includes(` ${part.join(' ')} `)

function affirmsWords(whole: string[], part: string[]): boolean {
  const [before = ''] = ` ${whole.join(' ')} `.split(` ${part.join(' ')} `)
  return containsWords(whole, part) && !before.split(' ').some((word) => DENIALS.has(word))
}
