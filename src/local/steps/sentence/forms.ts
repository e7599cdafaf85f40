/**
 * The sentence forms. This table is the grammar, the list in the error for an unknown step, and the list in the
 * documentation (a test compares them). Earlier forms win. A rule sees a clause whose quoted parts are holes (`⟨0⟩`), so
 * "and", "in" or a full stop inside quotes never confuses it.
 */
import { cut, END_IT, nameIn, phraseIn, QUOTE_IT, textIn } from './parts.ts'
import { Refusal } from '../refusal.ts'
import { unquote, type Clause } from './clauses.ts'
import type { Key, Step } from './step.ts'
import { toUrl } from './urls.ts'

export interface Form {
  /** How the form is written in the documentation and in errors. */
  form: string
  example: string
  /** The verbs of the form, as alternatives of a regular expression. */
  verbs: string
  /** A regular expression for what follows the verb. */
  rest: string
  /** undefined if the clause has another form. */
  build(part: (group: string) => string, clause: Clause): Step | undefined
}

const TAKE = 'extract|list|get|collect|read|fetch|return|give me|show me|tell me|what is|what are'
const ENTER = 'type|enter|input|write|put|fill in|fill'
const PICK = 'select|choose|pick'
const USER = '(?:user ?name|user|e-?mail(?: address)?|login|account)(?: is|:|=)?'
const NO_USER = /^(?:user|user-?name|e-?mail|login|account|password|credentials|the|my)$/i
const KEYS = new Map<string, Key>([
  ['enter', 'Enter'],
  ['return', 'Enter'],
  ['escape', 'Escape'],
  ['esc', 'Escape'],
  ['tab', 'Tab'],
])
const LONGEST_WAIT_S = 600

export const FORMS: Form[] = [
  {
    form: 'open <URL>',
    example: 'Open https://example.com/login',
    verbs: 'open|visit|load|go ?to|navigate to|browse to',
    rest: String.raw`(?:(?:the )?(?:url|address|site|website|page|app)(?: at)? )?(?<url>\S+)`,
    build(part, clause) {
      const url = toUrl(unquote(part('url'), clause))
      return url === undefined ? undefined : { kind: 'open', url }
    },
  },
  {
    form: 'go to the <name> page',
    example: 'Go to the invoices page',
    verbs: 'open|visit|go ?to|navigate to|switch to',
    rest: '(?:the )?(?<page>.+)',
    build: (part, clause) => ({ kind: 'go', page: nameIn(part('page'), clause) }),
  },
  {
    form: 'log in with username <user> [and password <password>]',
    example: 'Log in with username demo@example.com and password "correct horse"',
    verbs: 'log ?in|sign ?in',
    rest: String.raw`(?:with|as|using) (?:the )?(?:${USER} )?(?<user>\S+?)(?:,? (?:and |with |using )*(?:the )?(?:password|passphrase)(?: is|:|=)? (?<password>\S+))?`,
    build(part, clause) {
      if (NO_USER.test(part('user'))) return undefined
      const user = textIn(part('user'), clause)
      const password = textIn(part('password'), clause)
      return { kind: 'log-in', user, ...(part('password') !== '' && { password }) }
    },
  },
  {
    form: 'fill in <field> with <text>',
    example: 'Fill in Company with Analytical Engines',
    verbs: 'fill in|fill out|fill|set|change',
    rest: '(?<both>.+)',
    build(part, clause) {
      const parts = cut(part('both'), ['with', 'to'])
      if (parts && / (?:in|into) /i.test(part('both'))) throw new Refusal(QUOTE_IT)
      if (!parts) return undefined
      // The end of an unquoted text is unclear here, so it may contain an unknown step ("… and save it").
      if (/,|\b(?:and|then|or)\b/i.test(parts[1])) throw new Refusal(END_IT)
      return { kind: 'type', field: nameIn(parts[0], clause), value: textIn(parts[1], clause) }
    },
  },
  {
    form: 'type <text> into <field>',
    example: 'Type "Ada Lovelace" into Name',
    verbs: ENTER,
    rest: '(?<both>.+)',
    build(part, clause) {
      const parts = cut(part('both'), ['into']) ?? cut(part('both'), ['in'])
      return (
        parts && { kind: 'type', value: textIn(parts[0], clause), field: nameIn(parts[1], clause) }
      )
    },
  },
  {
    form: 'select <option> in <list>',
    example: 'Select Norway in Country',
    verbs: PICK,
    rest: '(?<both>.+)',
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
    verbs: PICK,
    rest: '(?<option>.+)',
    build: (part, clause) => ({ kind: 'choose', option: nameIn(part('option'), clause) }),
  },
  {
    form: 'tick <box>, untick <box>',
    example: 'Tick I accept the terms',
    verbs: 'tick|check|untick|uncheck',
    rest: String.raw`(?!(?:that|if|whether)\b)(?<box>.+)`,
    build(part, clause) {
      return { kind: 'tick', box: nameIn(part('box'), clause), on: !/^un/i.test(part('verb')) }
    },
  },
  {
    form: 'press Enter',
    example: 'Press Enter',
    verbs: 'press|hit',
    rest: '(?:the )?(?<key>enter|return|escape|esc|tab)(?: key)?',
    build(part) {
      const key = KEYS.get(part('key').toLowerCase())
      return key && { kind: 'press-key', key }
    },
  },
  {
    form: 'press <button or link>',
    example: 'Press the Save button',
    verbs: 'press|click|tap|hit|push',
    rest: '(?:on )?(?<target>.+)',
    build: (part, clause) => ({ kind: 'press', target: nameIn(part('target'), clause) }),
  },
  {
    form: 'upload <file name> into <field>',
    example: 'Upload invoice.pdf into Attachment',
    verbs: 'upload|attach',
    rest: '(?:the file )?(?<both>.+)',
    build(part, clause) {
      const parts = cut(part('both'), ['into', 'to'])
      return (
        parts && {
          kind: 'upload',
          file: textIn(parts[0], clause),
          field: nameIn(parts[1], clause),
        }
      )
    },
  },
  {
    form: 'wait <number> seconds',
    example: 'Wait 2 seconds',
    verbs: 'wait for|wait',
    rest: String.raw`(?<seconds>\d+(?:\.\d+)?) ?(?:s|secs?|seconds?)`,
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
    verbs: 'wait for|wait until',
    rest: '(?<text>.+?)(?: (?:to appear|appears|is visible|is shown|shows up))?',
    build: (part, clause) => ({ kind: 'wait-for', text: nameIn(part('text'), clause) }),
  },
  {
    form: 'extract all <column or list>',
    example: 'Extract all invoice numbers',
    verbs: TAKE,
    rest: '(?:me )?(?:(?:all|every|each)(?: of)?(?: (?:the|my))?|(?:the|a) list of(?: all)?) (?<what>.+)',
    build: (part, clause) => ({ kind: 'extract-all', what: phraseIn(part('what'), clause) }),
  },
  {
    form: 'extract the <label>',
    example: 'Extract the total amount',
    verbs: TAKE,
    rest: '(?:me )?(?:the )?(?<what>.+)',
    build(part, clause) {
      const kind = /^list$/i.test(part('verb')) ? 'extract-all' : 'extract'
      return { kind, what: phraseIn(part('what'), clause) }
    },
  },
]
