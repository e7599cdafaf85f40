/** The parts of a clause: names, phrases, and a text cut from its field. */
import { Refusal } from './refusal.ts'
import { isQuoted, unquote, type Clause } from './sentence.ts'
import { KIND_NOUN, type Name } from './step.ts'

export const QUOTE_IT =
  'A step can be read in more than one way. Two fields are two steps: type … into …, and type … into …. ' +
  'Texts and names with “in”, “into”, “with”, “to” or “from” go in quotes.'

/** An unquoted name keeps its article and noun ("the Name field"): only the page knows whether they belong to it. */
export function nameIn(piece: string, clause: Clause): Name {
  const text = piece.trim()
  const inner = text.replace(/^(?:the|a|an) /i, '').replace(KIND_NOUN, '')
  return isQuoted(inner)
    ? { text: unquote(inner, clause), quoted: true }
    : { text: unquote(text, clause), quoted: false }
}

/** The words of an extraction, every quoted part marked by quotes so that it is compared as one value. */
export function phraseIn(piece: string, clause: Clause): string {
  return piece.replace(/⟨\d+⟩/g, (hole) => `"${unquote(hole, clause)}"`).replace(/[?!]+$/, '')
}

/** `value into field` cut at the one such word. More than one leaves open which is meant, so quotes must tell. */
export function cut(text: string, words: string[]): [string, string] | undefined {
  const parts = text.split(new RegExp(` (?:${words.join('|')}) `, 'i'))
  if (parts.length > 2) throw new Refusal(QUOTE_IT)
  const [before, after] = parts
  return before && after ? [before, after] : undefined
}
