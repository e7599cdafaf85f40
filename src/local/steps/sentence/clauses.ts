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

const CLOSING = new Map([
  ['"', '"'],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
  ["'", "'"],
  ['‘', '’'],
  ['`', '`'],
])
const HOLE = /⟨(\d+)⟩/
/** Meaningless beginnings of a clause: connectors, politeness, list numbers and bullets. */
const LEAD_IN = new RegExp(
  String.raw`^(?:(?:and|then|please|now|next|first|finally|also|afterwards|after that|(?:can|could|would) you|you should|i (?:want|need) you to)\b[\s,.;:]*|(?:step )?\d+[.):]\s+|step \d+\s+|[-*•]\s+|[\s,.;]+)+`,
  'i',
)

/** Replaces quoted strings by holes. A single quote opens only at a word's start and must close at a word's end. */
function takeOutQuotes(prompt: string): Clause {
  const quotes: string[] = []
  let text = ''
  for (let at = 0; at < prompt.length;) {
    const char = prompt[at] ?? ''
    const closing = CLOSING.get(char)
    if (closing === undefined || !/^$|[\s(:=,]/.test(prompt[at - 1] ?? '')) {
      text += char === '⟨' || char === '⟩' ? ' ' : char
      at += 1
      continue
    }
    const end = closingAt(prompt, at + 1, closing)
    if (end < 0 && closing !== "'" && closing !== '’') {
      throw new Refusal('A quotation mark is opened and never closed.')
    }
    text += end < 0 ? char : `⟨${quotes.length}⟩`
    if (end >= 0) quotes.push(prompt.slice(at + 1, end))
    at = end < 0 ? at + 1 : end + 1
  }
  return { text, quotes }
}

function closingAt(prompt: string, from: number, closing: string): number {
  for (let at = prompt.indexOf(closing, from); at >= 0; at = prompt.indexOf(closing, at + 1)) {
    if (/^$|[\s.,;:!?)]/.test(prompt[at + 1] ?? '')) return at
  }
  return -1
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
  return piece.replace(new RegExp(HOLE, 'g'), (_, index: string) => quotes[Number(index)] ?? '')
}

/** Whether a piece of a clause is exactly one quoted string. */
export function isQuoted(piece: string): boolean {
  return new RegExp(`^${HOLE.source}$`).test(piece)
}
