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

export type Extraction = Extract<Step, { what: string }>

const SAYS: { [K in Step['kind']]: (step: Extract<Step, { kind: K }>) => string } = {
  open: ({ url }) => `open ${url}`,
  go: ({ page }) => `go to “${page.text}” by its link`,
  'log-in': ({ user, password }) =>
    `log in as “${user}” ${password === undefined ? 'without a' : 'with a'} password`,
  type: ({ field }) => `type into “${field.text}”`,
  select: ({ option, field }) => `select “${option.text}” in “${field.text}”`,
  choose: ({ option }) => `choose “${option.text}”`,
  tick: ({ box, on }) => `${on ? 'tick' : 'untick'} “${box.text}”`,
  press: ({ target }) => `press “${target.text}”`,
  'press-key': ({ key }) => `press the ${key} key`,
  upload: ({ file, field }) => `upload “${file}” into “${field.text}”`,
  'wait-for': ({ text }) => `wait for “${text.text}”`,
  wait: ({ seconds }) => `wait ${seconds} s`,
  'extract-all': ({ what }) => `extract all “${what}”`,
  extract: ({ what }) => `extract the “${what}”`,
}

/** A step for the log. Typed text is left out, because only the page shows which field is a password. */
export const describeStep = (step: Step): string =>
  (SAYS[step.kind] as (step: Step) => string)(step)
