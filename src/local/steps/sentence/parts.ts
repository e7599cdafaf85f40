/** The parts of a clause: names, phrases, and a text cut from its field. */
import { Refusal } from '../refusal.ts'
import { isQuoted, unquote, type Clause } from './clauses.ts'
import { KIND_NOUN, type Name } from './step.ts'

export const QUOTE_IT =
  'A step can be read in more than one way. Two fields are two steps: type … into …, and type … into …. ' +
  'Texts and names with “in”, “into”, “with”, “to” or “from” go in quotes.'

export const END_IT =
  'A text with a comma, “and”, “or” or “then” in it goes in quotes here: fill in … with "…".'

const PRONOUN = /^(?:it|this|that|one|them|these|those|everything|anything|something)$/i

/**
 * An unquoted name keeps its article and noun ("the Name field"), because only the page shows whether they belong to it.
 */
export function nameIn(piece: string, clause: Clause): Name {
  const text = piece.trim()
  if (PRONOUN.test(text)) throw new Refusal(`“${text}” does not say what is meant: give its name.`)
  const bare = text.replace(/^(?:the|a|an) /i, '')
  // `the "Save" button` and `the button "Save"`.
  const [, before = '', rest = bare] = /^([a-z -]+) (⟨\d+⟩)$/i.exec(bare) ?? []
  const isKind = before !== '' && ` ${before}`.replace(KIND_NOUN, '') === ''
  const inner = (isKind ? rest : bare).replace(KIND_NOUN, '')
  if (!isQuoted(inner)) return { text: textIn(text, clause), quoted: false }
  const kind = isKind ? before : bare.slice(inner.length).trim()
  return { text: textIn(inner, clause), quoted: true, ...(kind !== '' && { kind }) }
}

/** A text, quoted or not. Words beside a quoted text are an error. */
export function textIn(piece: string, clause: Clause): string {
  if (!isQuoted(piece) && /⟨\d+⟩/.test(piece)) {
    throw new Refusal('A step has words beside a quoted text that were not understood.')
  }
  return unquote(piece, clause)
}

/** The words of an extraction, every quoted part marked by quotes so that it is compared as one value. */
export function phraseIn(piece: string, clause: Clause): string {
  return piece.replace(/⟨\d+⟩/g, (hole) => `"${unquote(hole, clause)}"`).replace(/[?!]+$/, '')
}

/** Splits `value into field` at that word. If the word occurs twice, quotes are required. */
export function cut(text: string, words: string[]): [string, string] | undefined {
  const parts = text.split(new RegExp(` (?:${words.join('|')}) `, 'i'))
  if (parts.length > 2) throw new Refusal(QUOTE_IT)
  const [before, after] = parts
  return before && after ? [before, after] : undefined
}
