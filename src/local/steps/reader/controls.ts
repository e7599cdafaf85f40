/** Finds the controls that turn the pages of a table, by their names and places in the markup. */
import { clean, textOf } from './dom.ts'

export interface Control {
  /** Index for `elementAt`. */
  at: number
  /** `unknown`: it may turn pages, but its name does not say so. */
  says: 'next' | 'prev' | 'more' | 'page' | 'unknown'
  name: string
  /** Of a page; 0 for other kinds. */
  number: number
  disabled: boolean
  /** Whether it is a link or a button. */
  accessible: boolean
  /** Whether pressing it posts a form. */
  sends: boolean
}

const BUTTONS = 'button, [role=button], input[type=submit], input[type=button]'
export const CONTROLS = `a, [role=link], [onclick], ${BUTTONS}`
const IN_ROWS = 'tbody td, tbody th, [role=cell], [role=gridcell]'
const LONGEST_NAME = 40
const PAGERS =
  '[class*=paginat i], [class*=pager i], [aria-label*=paginat i], [aria-label*=pager i]'
const DISABLED =
  ':disabled, [disabled], [aria-disabled=true], .disabled, [aria-current]:not([aria-current=false])'

const NAMES: [says: Control['says'], name: RegExp][] = [
  [
    'next',
    /^(?:(?:go to|show|load) )?(?:the )?next(?: page| \d+(?: \w+)?)?\W*$|^older(?: \w+)?$|^(?:›|»|>|→|>>|❯|▶|(?:chevron|keyboard_arrow)_right|navigate_next|arrow_forward)$/i,
  ],
  [
    'prev',
    /^\W*(?:go to )?(?:the )?prev(?:ious)?(?: page| \d+(?: \w+)?)?$|^newer(?: \w+)?$|^(?:‹|«|<|←|<<|❮|◀|(?:chevron|keyboard_arrow)_left|navigate_before|arrow_back)$/i,
  ],
  [
    'more',
    /^(?:(?:load|show|view|see) (?:\d+ )?more(?: \w+){0,2}|more (?:results|rows|entries|items|records))\W*$/i,
  ],
]
const PAGE = /^(?:go ?to )?page (\d{1,4})(?: (?:of|\/) \d+)?(?:,? \(?current(?: page)?\)?)?$/i
const BARE_NUMBER = /^(\d{1,4})$/
/** A pager offers one of these, whichever page is shown. */
const FIRST_PAGES = /^[12]$/

export function readControl(control: HTMLElement, at: number): Control[] {
  const value = control instanceof HTMLInputElement ? control.value : ''
  const name = clean(control.ariaLabel) || textOf(control) || clean(value) || clean(control.title)
  if (name.length > LONGEST_NAME || control.closest(IN_ROWS)) return []
  const inPager = control.closest(PAGERS) !== null
  const hasNumbers = inPager || control.closest('nav, [role=navigation]') !== null
  const [, number] = PAGE.exec(name) ?? (hasNumbers ? BARE_NUMBER.exec(name) : null) ?? []
  const [named] = NAMES.find(([, pattern]) => pattern.test(name)) ?? []
  const [related] = /\b(?:next|prev)\b/.exec(control.getAttribute('rel') ?? '') ?? []
  const inPlace =
    number !== undefined ? 'page' : inPager || FIRST_PAGES.test(name) ? 'unknown' : undefined
  const says = named ?? (related as 'next' | 'prev' | undefined) ?? inPlace
  if (says === undefined) return []
  const { form } = control as HTMLButtonElement
  const method = control.getAttribute('formmethod') ?? form?.getAttribute('method') ?? ''
  const disabled =
    control.closest(DISABLED) !== null || getComputedStyle(control).pointerEvents === 'none'
  const accessible = control.matches(`a[href], [role=link], ${BUTTONS}`)
  const sends = control.matches('[type=submit], button:not([type])') && /^post$/i.test(method)
  return [{ at, says, name, number: Number(number ?? 0), disabled, accessible, sends }]
}
