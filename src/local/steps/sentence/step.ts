/** The kinds of steps. act/perform.ts executes them; forms.ts has their sentences. */

/** A name in a sentence. A quoted name is literal, including its article. */
export interface Name {
  text: string
  quoted: boolean
  /** The word for its kind beside a quoted name: `the "Save" button`. */
  kind?: string
}

/** A word for a kind, unless it is part of the name; only the page shows which. */
export const KIND_NOUN =
  / (?:(?:text |input )?field|(?:text|check|search)? ?box|input|drop-?down|menu item|menu|list|(?:radio )?button|link|option|tab|page|section)$/i

export type Key = 'Enter' | 'Escape' | 'Tab'

export type Step =
  | { kind: 'open'; url: string }
  | { kind: 'go'; page: Name }
  | { kind: 'log-in'; user: string; password?: string }
  | { kind: 'type'; field: Name; value: string }
  | { kind: 'select'; option: Name; field: Name }
  | { kind: 'choose'; option: Name }
  | { kind: 'tick'; box: Name; on: boolean }
  | { kind: 'press'; target: Name }
  | { kind: 'press-key'; key: Key }
  | { kind: 'upload'; file: string; field: Name }
  | { kind: 'wait-for'; text: Name }
  | { kind: 'wait'; seconds: number }
  | { kind: 'extract-all'; what: string }
  | { kind: 'extract'; what: string }

/** A step for the log. Typed text is left out, because only the page shows which field is a password. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'open':
      return `open ${step.url}`
    case 'go':
      return `go to “${step.page.text}” by its link`
    case 'log-in':
      return `log in as “${step.user}” ${step.password === undefined ? 'without a' : 'with a'} password`
    case 'type':
      return `type into “${step.field.text}”`
    case 'select':
      return `select “${step.option.text}” in “${step.field.text}”`
    case 'choose':
      return `choose “${step.option.text}”`
    case 'tick':
      return `${step.on ? 'tick' : 'untick'} “${step.box.text}”`
    case 'press':
      return `press “${step.target.text}”`
    case 'upload':
      return `upload “${step.file}” into “${step.field.text}”`
    case 'press-key':
      return `press the ${step.key} key`
    case 'wait-for':
      return `wait for “${step.text.text}”`
    case 'wait':
      return `wait ${step.seconds} s`
    case 'extract-all':
      return `extract all “${step.what}”`
    case 'extract':
      return `extract the “${step.what}”`
  }
}
