/**
 * The forms of sentence that are understood, each with its rule. This table is the grammar, the list in the error for an
 * unknown step, and the list in the documentation (a test compares them).
 *
 * A rule sees a clause whose quoted parts are holes (`⟨0⟩`), so "and", "in" or a full stop inside quotes never confuses it.
 */
import { Refusal } from './refusal.ts'
import { isQuoted, unquote, type Clause } from './sentence.ts'
import { KIND_NOUN, type Key, type Name, type Step } from './step.ts'
import { toUrl } from './urls.ts'

export interface Form {
  /** How the form is written in the documentation and in errors. */
  form: string
  example: string
  rule: RegExp
  /** undefined: not this form after all, ask the next. */
  build(part: (group: string) => string | undefined, clause: Clause): Step | undefined
}

const THE = '(?:(?:the|a|an) )?'
const NO_USER = /^(?:user|user-?name|e-?mail|login|account|password|credentials|the|my)$/i
const KEYS: Record<string, Key> = {
  enter: 'Enter',
  return: 'Enter',
  escape: 'Escape',
  esc: 'Escape',
  tab: 'Tab',
}
const QUOTE_IT =
  'A step can be read in more than one way: put texts and names with “in”, “into”, “with”, “to” or “from” in quotes.'
const LONGEST_WAIT_S = 600

export const FORMS: Form[] = [
  {
    form: 'open <URL>',
    example: 'Open https://example.com/login',
    rule: /^(?:open|visit|load|go to|navigate to|browse to) (?:the (?:url|address|site|website) )?(?<url>\S+)$/i,
    build(part, clause) {
      const url = toUrl(unquote(part('url') ?? '', clause))
      return url === undefined ? undefined : { kind: 'open', url }
    },
  },
  {
    form: 'go to the <name> page',
    example: 'Go to the invoices page',
    rule: new RegExp(
      `^(?:open|visit|go to|navigate to|switch to) ${THE}(?<page>.+?)(?: (?:page|section|tab|link))?$`,
      'i',
    ),
    build: (part, clause) => ({ kind: 'go', page: nameIn(part('page'), clause) }),
  },
  {
    form: 'log in with username <user> [and password <password>]',
    example: 'Log in with username demo@example.com and password "correct horse"',
    rule: /^(?:log|sign) ?in (?:with|as|using) (?:the )?(?:(?:user ?name|user|e-?mail(?: address)?|login|account)(?: is|:|=)? )?(?<user>\S+?)(?:,? (?:and |with |using )*(?:the )?(?:password|passphrase)(?: is|:|=)? (?<password>\S+))?$/i,
    build(part, clause) {
      const user = unquote(part('user') ?? '', clause)
      const password = part('password')
      if (NO_USER.test(part('user') ?? '')) return undefined
      return {
        kind: 'log-in',
        user,
        ...(password !== undefined && { password: unquote(password, clause) }),
      }
    },
  },
  {
    form: 'fill in <field> with <text>',
    example: 'Fill in Company with Analytical Engines',
    rule: /^(?:fill in|fill out|fill|set) (?<both>.+)$/i,
    build(part, clause) {
      const parts = cut(part('both'), ['with', 'to'])
      if (parts && / (?:in|into) /i.test(part('both') ?? '')) throw new Refusal(QUOTE_IT)
      return (
        parts && { kind: 'type', field: nameIn(parts[0], clause), value: unquote(parts[1], clause) }
      )
    },
  },
  {
    form: 'type <text> into <field>',
    example: 'Type "Ada Lovelace" into Name',
    rule: /^(?:type|enter|input|write|put|fill in|fill) (?<both>.+)$/i,
    build(part, clause) {
      const parts = cut(part('both'), ['into']) ?? cut(part('both'), ['in'])
      return (
        parts && { kind: 'type', value: unquote(parts[0], clause), field: nameIn(parts[1], clause) }
      )
    },
  },
  {
    form: 'select <option> in <list>',
    example: 'Select Norway in Country',
    rule: /^(?:select|choose|pick) (?<both>.+)$/i,
    build(part, clause) {
      const parts = cut(part('both'), ['in', 'from'])
      return (
        parts && {
          kind: 'select',
          option: nameIn(parts[0], clause),
          field: nameIn(parts[1], clause),
        }
      )
    },
  },
  {
    form: 'choose <option>',
    example: 'Choose Express delivery',
    rule: /^(?:select|choose|pick) (?<option>.+?)(?: (?:option|radio button))?$/i,
    build: (part, clause) => ({ kind: 'choose', option: nameIn(part('option'), clause) }),
  },
  {
    form: 'tick <box>, untick <box>',
    example: 'Tick I accept the terms',
    rule: /^(?<verb>tick|check|untick|uncheck) (?!that\b|if\b|whether\b)(?<box>.+?)(?: (?:check ?box|box))?$/i,
    build: (part, clause) => ({
      kind: 'tick',
      box: nameIn(part('box'), clause),
      on: !/^un/i.test(part('verb') ?? ''),
    }),
  },
  {
    form: 'press Enter',
    example: 'Press Enter',
    rule: /^(?:press|hit) (?:the )?(?<key>enter|return|escape|esc|tab)(?: key)?$/i,
    build(part) {
      const key = KEYS[part('key')?.toLowerCase() ?? '']
      return key && { kind: 'press-key', key }
    },
  },
  {
    form: 'press <button or link>',
    example: 'Press the Save button',
    rule: /^(?:press|click|tap|hit|push)(?: on)? (?<target>.+?)(?: (?<role>button|link|tab|menu item))?$/i,
    build(part, clause) {
      const role = part('role')?.toLowerCase().replace(' ', '')
      return {
        kind: 'press',
        target: nameIn(part('target'), clause),
        ...((role === 'button' || role === 'link' || role === 'tab' || role === 'menuitem') && {
          role,
        }),
      }
    },
  },
  {
    form: 'wait <number> seconds',
    example: 'Wait 2 seconds',
    rule: /^wait (?:for )?(?<seconds>\d+(?:\.\d+)?) ?(?:s|secs?|seconds?)$/i,
    build(part) {
      const seconds = Number(part('seconds'))
      if (seconds > LONGEST_WAIT_S)
        throw new Refusal(`A step waits ${LONGEST_WAIT_S} seconds at most.`)
      return { kind: 'wait', seconds }
    },
  },
  {
    form: 'wait for <text>',
    example: 'Wait for Payment received',
    rule: /^wait (?:for|until) (?<text>.+?)(?: (?:to appear|appears|is visible|is shown|shows up))?$/i,
    build: (part, clause) => ({ kind: 'wait-for', text: nameIn(part('text'), clause) }),
  },
  {
    form: 'extract all <column or list>',
    example: 'Extract all invoice numbers',
    rule: /^(?:extract|list|get|collect|read|fetch|return|give me|show me|tell me)(?: me)? (?:(?:all|every|each)(?: of)?(?: (?:the|my))?|the list of(?: all)?) (?<what>.+)$/i,
    build: (part, clause) => ({ kind: 'extract-all', what: phraseIn(part('what'), clause) }),
  },
  {
    form: 'extract the <label>',
    example: 'Extract the total amount',
    rule: /^(?<verb>extract|list|get|collect|read|fetch|return|give me|show me|tell me)(?: me)? (?:the )?(?<what>.+)$/i,
    build(part, clause) {
      const what = phraseIn(part('what'), clause)
      return { kind: part('verb')?.toLowerCase() === 'list' ? 'extract-all' : 'extract', what }
    },
  },
]

/** An unquoted name keeps its article and noun ("the Name field"): only the page knows whether they belong to it. */
function nameIn(piece: string | undefined, clause: Clause): Name {
  const text = (piece ?? '').trim()
  const inner = text.replace(/^(?:the|a|an) /i, '').replace(KIND_NOUN, '')
  return isQuoted(inner)
    ? { text: unquote(inner, clause), quoted: true }
    : { text: unquote(text, clause), quoted: false }
}

/** The words of an extraction, every quoted part marked by quotes so that it is compared as one value. */
function phraseIn(piece: string | undefined, clause: Clause): string {
  return (piece ?? '')
    .replace(/⟨\d+⟩/g, (hole) => `"${unquote(hole, clause)}"`)
    .replace(/[?!]+$/, '')
}

/** `value into field` cut at the one such word. More than one leaves open which is meant, so quotes must tell. */
function cut(text = '', words: string[]): [string, string] | undefined {
  const parts = text.split(new RegExp(` (?:${words.join('|')}) `, 'i'))
  if (parts.length > 2) throw new Refusal(QUOTE_IT)
  const [before, after] = parts
  return before && after ? [before, after] : undefined
}
