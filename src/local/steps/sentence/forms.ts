/**
 * The sentence forms. This table is the grammar, the list in the error for an unknown step, and the list in the
 * documentation (a test compares them). Earlier forms win. A rule sees a clause whose quoted parts are holes (`⟨0⟩`), so
 * "and", "in" or a full stop inside quotes never confuses it.
 */
import { Refusal } from '../refusal.ts'
import { QUOTE_IT, type Parts } from './parts.ts'
import type { Key, Step } from './step.ts'
import { toUrl } from './urls.ts'

export interface Form {
  /** How the form is written in the documentation and in errors. */
  form: string
  example: string
  /** The verbs of the form, as alternatives of a regular expression. */
  verbs: string
  /** A regular expression for what follows the verb; `both` if missing. */
  rest?: string
  /** What splits `both` into `before` and `after`: alternatives of regular expressions, in the order of preference. */
  between?: string[]
  /** undefined if the clause has another form. */
  build(parts: Parts): Step | undefined
}

const TAKE = 'extract|list|get|collect|read|fetch|return|give me|show me|tell me|what is|what are'
const PICK = 'select|choose|pick'
const USER = '(?:user ?name|user|e-?mail(?: address)?|login|account)(?: is|:|=)?'
const NO_USER = /^(?:user|user-?name|e-?mail|login|account|password|credentials|the|my)$/i
const END_IT =
  'A text with a comma, “and”, “or” or “then” in it goes in quotes here: fill in … with "…".'
const LONGEST_WAIT_S = 600

export const FORMS: Form[] = [
  {
    form: 'open <URL>',
    example: 'Open https://example.com/login',
    verbs: 'open|visit|load|go ?to|navigate to|browse to',
    rest: String.raw`(?:(?:the )?(?:url|address|site|website|page|app)(?: at)? )?(?<url>\S+)`,
    build({ text }) {
      const url = toUrl(text('url'))
      return url === undefined ? undefined : { kind: 'open', url }
    },
  },
  {
    form: 'go to the <name> page',
    example: 'Go to the invoices page',
    verbs: 'open|visit|go ?to|navigate to|switch to',
    rest: '(?:the )?(?<page>.+)',
    build: ({ name }) => ({ kind: 'go', page: name('page') }),
  },
  {
    form: 'log in with username <user> [and password <password>]',
    example: 'Log in with username demo@example.com and password "correct horse"',
    verbs: 'log ?in|sign ?in',
    rest: String.raw`(?:with|as|using) (?:the )?(?:${USER} )?(?<user>\S+?)(?:,? (?:and |with |using )*(?:the )?(?:password|passphrase)(?: is|:|=)? (?<password>\S+))?`,
    build({ raw, text }) {
      if (NO_USER.test(raw('user'))) return undefined
      const password = raw('password') !== '' && { password: text('password') }
      return { kind: 'log-in', user: text('user'), ...password }
    },
  },
  {
    form: 'fill in <field> with <text>',
    example: 'Fill in Company with Analytical Engines',
    verbs: 'fill in|fill out|fill|set|change',
    between: ['with|to'],
    build({ raw, name, text }) {
      if (/ (?:in|into) /i.test(raw('both'))) throw new Refusal(QUOTE_IT)
      // The end of an unquoted text is unclear here, so it may contain an unknown step ("… and save it").
      if (/,|\b(?:and|then|or)\b/i.test(raw('after'))) throw new Refusal(END_IT)
      return { kind: 'type', field: name('before'), value: text('after') }
    },
  },
  {
    form: 'type <text> into <field>',
    example: 'Type "Ada Lovelace" into Name',
    verbs: 'type|enter|input|write|put|fill in|fill',
    between: ['into', 'in'],
    build: ({ name, text }) => ({ kind: 'type', value: text('before'), field: name('after') }),
  },
  {
    form: 'select <option> in <list>',
    example: 'Select Norway in Country',
    verbs: PICK,
    between: ['in|from'],
    build: ({ name }) => ({ kind: 'select', option: name('before'), field: name('after') }),
  },
  {
    form: 'choose <option>',
    example: 'Choose Express delivery',
    verbs: PICK,
    build: ({ name }) => ({ kind: 'choose', option: name('both') }),
  },
  {
    form: 'tick <box>, untick <box>',
    example: 'Tick I accept the terms',
    verbs: 'tick|check|untick|uncheck',
    rest: String.raw`(?!(?:that|if|whether)\b)(?<box>.+)`,
    build: ({ raw, name }) => ({ kind: 'tick', box: name('box'), on: !/^un/i.test(raw('verb')) }),
  },
  {
    form: 'press Enter',
    example: 'Press Enter',
    verbs: 'press|hit',
    rest: '(?:the )?(?<key>enter|return|escape|esc|tab)(?: key)?',
    build({ raw }) {
      const key: Key = /^esc/i.test(raw('key'))
        ? 'Escape'
        : /^tab/i.test(raw('key'))
          ? 'Tab'
          : 'Enter'
      return { kind: 'press-key', key }
    },
  },
  {
    form: 'press <button or link>',
    example: 'Press the Save button',
    verbs: 'press|click|tap|hit|push',
    rest: '(?:on )?(?<target>.+)',
    build: ({ name }) => ({ kind: 'press', target: name('target') }),
  },
  {
    form: 'upload <file name> into <field>',
    example: 'Upload invoice.pdf into Attachment',
    verbs: 'upload|attach',
    rest: '(?:the file )?(?<both>.+)',
    between: ['into|to'],
    build: ({ name, text }) => ({ kind: 'upload', file: text('before'), field: name('after') }),
  },
  {
    form: 'wait <number> seconds',
    example: 'Wait 2 seconds',
    verbs: 'wait for|wait',
    rest: String.raw`(?<seconds>\d+(?:\.\d+)?) ?(?:s|secs?|seconds?)`,
    build({ raw }) {
      const seconds = Number(raw('seconds'))
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
    build: ({ name }) => ({ kind: 'wait-for', text: name('text') }),
  },
  {
    form: 'extract all <column or list>',
    example: 'Extract all invoice numbers',
    verbs: TAKE,
    rest: '(?:me )?(?:(?:all|every|each)(?: of)?(?: (?:the|my))?|(?:the|a) list of(?: all)?) (?<what>.+)',
    build: ({ phrase }) => ({ kind: 'extract-all', what: phrase('what') }),
  },
  {
    form: 'extract the <label>',
    example: 'Extract the total amount',
    verbs: TAKE,
    rest: '(?:me )?(?:the )?(?<what>.+)',
    build({ raw, phrase }) {
      const kind = /^list$/i.test(raw('verb')) ? 'extract-all' : 'extract'
      return { kind, what: phrase('what') }
    },
  },
]
