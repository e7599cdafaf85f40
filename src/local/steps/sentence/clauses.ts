/**
 * Splits a prompt into clauses, one for each step. It works on text alone, without the meaning of steps. A step begins at
 * the start, and after a connector (`,` `.` `;` a line break, "and", "then") that a step's verb follows. Quotes protect
 * what they enclose. Full stops and commas count only before a space, so URLs and amounts stay whole.
 */
import { Refusal } from '../refusal.ts'

/** A clause without its quoted parts: `⟨0⟩` stands for `quotes[0]`, so that rules do not look inside quotes. */
export interface Clause {
  text: string
  quotes: string[]
}

/** A quoted part begins where a word begins, and ends where one ends: `Tom's` has no quote. */
const QUOTED =
  /(?<=^|[\s(:=,])(?:"(.*?)"|“(.*?)”|„(.*?)“|«(.*?)»|'(.*?)'|‘(.*?)’|`(.*?)`)(?=$|[\s.,;:!?)])|[⟨⟩]/gsu
const UNCLOSED = /(?:^|[\s(:=,])["“„«`]/
const HOLE = /⟨(\d+)⟩/g
/** Meaningless beginnings of a clause: connectors, politeness, list numbers and bullets. */
const LEAD_IN = new RegExp(
  String.raw`^(?:(?:and|then|please|now|next|first|finally|also|afterwards|after that|(?:can|could|would) you|you should|i (?:want|need) you to)\b[\s,.;:]*|(?:step )?\d+[.):]\s+|step \d+\s+|[-*•]\s+|[\s,.;]+)+`,
  'i',
)

/** Replaces quoted strings by holes. */
function takeOutQuotes(prompt: string): Clause {
  const quotes: string[] = []
  const text = prompt.replace(QUOTED, (_, ...groups: (string | undefined)[]) => {
    const quote = groups.slice(0, 7).find((group) => group !== undefined)
    return quote === undefined ? ' ' : `⟨${quotes.push(quote) - 1}⟩`
  })
  if (UNCLOSED.test(text)) throw new Refusal('A quotation mark is opened and never closed.')
  return { text, quotes }
}

/**
 * The clauses of a prompt. `startsStep` says whether a text begins with a verb that starts a step, `isOpenEnded` whether a
 * clause still lacks its field (`Type Dr. Smith into Name` must not end after `Dr.`).
 */
export function clausesOf(
  prompt: string,
  startsStep: (text: string) => boolean,
  isOpenEnded: (text: string) => boolean,
): Clause[] {
  const { text, quotes } = takeOutQuotes(prompt)
  const pieces: string[] = []
  let rest = text.replace(LEAD_IN, '')
  let clause = ''
  while (rest !== '') {
    const next = /\s*\n\s*|[.,;](?=\s|$)|\s(?=(?:and|then)\b)/i.exec(rest)
    if (!next) break
    const abbreviated = next[0] === '.' && /\b(?:nos?|nr|num)$/i.test(rest.slice(0, next.index))
    const before = clause + rest.slice(0, next.index) + (abbreviated ? '.' : '')
    const after = rest.slice(next.index + next[0].length)
    const lead = LEAD_IN.exec(after)?.[0] ?? ''
    const following = after.slice(lead.length)
    const hard = /[.;\n]/.test(next[0]) && !abbreviated && !isOpenEnded(before)
    if (following === '' || startsStep(following) || hard || /\bthen\b/i.test(lead)) {
      pieces.push(before)
      clause = ''
      rest = following
    } else {
      clause = abbreviated ? before : before + next[0]
      rest = after
    }
  }
  pieces.push(clause + rest)
  return pieces
    .map((piece) => ({ text: piece.replace(/\s+/g, ' ').trim(), quotes }))
    .filter((piece) => piece.text !== '')
}

/** The text of a piece of a clause, with its quoted parts restored. */
export function unquote(piece: string, { quotes }: Clause): string {
  return piece.replace(HOLE, (_, index: string) => quotes[Number(index)] ?? '')
}

/** Whether a piece of a clause is exactly one quoted string. */
export function isQuoted(piece: string): boolean {
  return /^⟨\d+⟩$/.test(piece)
}
