/** The parts of a clause that matches a form: names, texts and phrases. */
import { Refusal } from '../refusal.ts'
import { isQuoted, unquote, type Clause } from './clauses.ts'
import { KIND_NOUN, type Name } from './step.ts'

/** Each takes the name of a group of the form. */
export interface Parts {
  /** As in the clause, with holes for quoted parts; '' if missing. */
  raw(group: string): string
  name(group: string): Name
  text(group: string): string
  /** The words of an extraction, every quoted part marked by quotes so that it is compared as one value. */
  phrase(group: string): string
}

export const QUOTE_IT =
  'A step can be read in more than one way. Two fields are two steps: type … into …, and type … into …. ' +
  'Texts and names with “in”, “into”, “with”, “to” or “from” go in quotes.'
const PRONOUN = /^(?:it|this|that|one|them|these|those|everything|anything|something)$/i

/** `the "Save" button` and `the button "Save"`. */
const QUOTED_NAME = /^(?:the |a |an )?([a-z -]+ )?(⟨\d+⟩)( [a-z -]+)?$/i

/**
 * @param between words that split the group `both` into `before` and `after`: the first that occurs, which must occur once
 * @returns undefined if none occurs
 */
export function partsOf(
  groups: { [group: string]: string | undefined },
  between: string[] | undefined,
  clause: Clause,
): Parts | undefined {
  const both = groups['both'] ?? ''
  const splits = between?.map((words) => both.split(new RegExp(` (?:${words}) `, 'i')))
  const [before, after, third] = splits?.find(({ length }) => length > 1) ?? []
  if (third !== undefined) throw new Refusal(QUOTE_IT)
  if (between && !(before && after)) return undefined
  const all: typeof groups = { ...groups, before, after }
  const raw = (group: string): string => all[group] ?? ''
  return {
    raw,
    name: (group) => nameIn(raw(group), clause),
    text: (group) => textIn(raw(group), clause),
    phrase: (group) =>
      raw(group)
        .replace(/⟨\d+⟩/g, (hole) => `"${unquote(hole, clause)}"`)
        .replace(/[?!]+$/, ''),
  }
}

/** An unquoted name keeps its article and noun ("the Name field"): only the page shows whether they belong to it. */
function nameIn(piece: string, clause: Clause): Name {
  const text = piece.trim()
  if (PRONOUN.test(text)) throw new Refusal(`“${text}” does not say what is meant: give its name.`)
  const [, before = '', quote, after = ''] = QUOTED_NAME.exec(text) ?? []
  const kind = `${before}${after}`.trim()
  const isKind = kind === '' || ` ${kind}`.replace(KIND_NOUN, '') === ''
  if (quote === undefined || !isKind) return { text: textIn(text, clause), quoted: false }
  return { text: textIn(quote, clause), quoted: true, ...(kind !== '' && { kind }) }
}

function textIn(piece: string, clause: Clause): string {
  if (!isQuoted(piece) && /⟨\d+⟩/.test(piece))
    throw new Refusal('A step has words beside a quoted text that were not understood.')
  return unquote(piece, clause)
}
