/** The steps that a sentence can ask for. What they mean is in perform.ts; how they are said is in forms.ts. */

/** A name as the sentence gives it. A quoted one is taken literally, article and all. */
export interface Name {
  text: string
  quoted: boolean
  /** The word for its kind that stands beside a quoted name: `the "Save" button`. */
  kind?: string
}

/** What a sentence calls a thing, unless it is a part of the thing's name: the page knows. */
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

/**
 * A step as the log shows it. What is typed is left out, whatever the field: only the page knows which
 * field is a password.
 */
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
