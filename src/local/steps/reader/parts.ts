/** The visible parts of a page in document order. Pure functions outside the page interpret them. */
import { clean, findAll, HEADINGS, isShown, labelsOf, namesOf, SECRET, textOf } from './dom.ts'
import { GRIDS, LISTS, readList, readTable, toPair, type RawTable } from './tables.ts'

/** A link or button outside the rows of tables. */
export interface RawControl {
  is: 'control'
  at: number
  name: string
  rel: string
  inPager: boolean
  disabled: boolean
  accessible: boolean
  /** Whether pressing it posts a form. */
  sends: boolean
}

export interface Reading {
  parts: (RawTable | RawControl)[]
  /** The page's text. */
  text: string
}

const BUTTONS = 'button, [role=button], input[type=submit], input[type=button]'
const CONTROLS = `a, [role=link], [onclick], ${BUTTONS}`
const FIELDS =
  'input:not([type=submit], [type=button]), select, textarea, output, meter, [role=combobox], [role=spinbutton]'
const INPUTS = 'input, select, textarea'
const LINES = `p, li, div, span, td, dd, b, strong, label, ${HEADINGS}`
const DATA = [GRIDS, LISTS, CONTROLS].join()
const VALUES = ['dl', FIELDS, LINES].join()
const IN_ROWS = 'tbody td, tbody th, [role=cell], [role=gridcell]'
const LONGEST_CONTROL = 40
const LONGEST_LINE = 300
const UNSAID = '[role=presentation], [role=none]'
const PAGERS =
  '[class*=paginat i], [class*=pager i], [aria-label*=paginat i], [aria-label*=pager i]'
/** Page numbers may be in any. */
const NAVIGATION = 'nav, [role=navigation]'
const DISABLED =
  ':disabled, [disabled], [aria-disabled=true], .disabled, [aria-current]:not([aria-current=false])'
const LABELLED = /^([^:]{1,60}):\s+(\S.*)$/
const FURTHER_LABEL = /\s[^\s:]{1,30}:\s/

let elements: Element[] = []

/** Tables, lists and what may turn their pages; with labelled values too, if they are wanted. */
export function read(withValues: boolean): Reading {
  elements = findAll(withValues ? `${DATA}, ${VALUES}` : DATA)
  const parts = elements.flatMap((element, at) => readPart(element, at))
  const headings = findAll('h1').filter(isShown)
  const titles = headings.map((h1) => toPair([], 'heading', textOf(h1)))
  if (window === window.top) titles.push(toPair([], 'page title', document.title))
  if (withValues) parts.push(...titles)
  return { parts, text: document.body?.innerText ?? '' }
}

/** The element of a part of the last reading, even if the page has changed. */
export function elementAt(at: number): Element {
  const element = elements[at]
  if (!element?.isConnected) throw new Error('Element is not attached')
  return element
}

function readPart(element: Element, at: number): Reading['parts'] {
  if (!isShown(element) || element.matches(UNSAID) || element.closest('[aria-hidden=true]'))
    return []
  if (element.matches(GRIDS)) return [readTable(element, at)]
  if (element.matches(LISTS)) return readList(element, at)
  if (element.matches('dl')) return readDefinitions(element)
  if (element.matches(FIELDS)) return readField(element as HTMLInputElement)
  return [...readControl(element as HTMLElement, at), ...readLine(element as HTMLElement)]
}

function readControl(control: HTMLElement, at: number): RawControl[] {
  const value = control instanceof HTMLInputElement ? control.value : ''
  const name = clean(control.ariaLabel) || textOf(control) || clean(value) || clean(control.title)
  const isControl = control.matches(CONTROLS) && !control.closest(IN_ROWS)
  if (!isControl || name.length > LONGEST_CONTROL) return []
  const { form } = control as HTMLButtonElement
  const method = control.getAttribute('formmethod') ?? form?.getAttribute('method') ?? ''
  const part: RawControl = {
    is: 'control',
    at,
    name,
    rel: control.getAttribute('rel') ?? '',
    inPager: control.closest(/^\d+$/.test(name) ? `${PAGERS}, ${NAVIGATION}` : PAGERS) !== null,
    disabled:
      control.closest(DISABLED) !== null || getComputedStyle(control).pointerEvents === 'none',
    accessible: control.matches(`a[href], [role=link], ${BUTTONS}`),
    sends: control.matches('[type=submit], button:not([type])') && /^post$/i.test(method),
  }
  return [part]
}

function readDefinitions(list: Element): RawTable[] {
  const names = namesOf(list)
  let label = ''
  return [...list.querySelectorAll('dt, dd')].filter(isShown).flatMap((element) => {
    if (element.tagName === 'DD') return [toPair(names, label, textOf(element))]
    label = textOf(element)
    return []
  })
}

function readField(field: HTMLInputElement): RawTable[] {
  if (field.matches(SECRET)) return []
  const [label = ''] = labelsOf(field)
  const chosen = [...field.querySelectorAll<HTMLOptionElement>('option:checked')]
  const value = field.matches('select')
    ? chosen.map(({ text }) => clean(text)).join(', ')
    : textOf(field) || clean(field.value)
  return [toPair(namesOf(field), label, value)]
}

/** One line of text: "Total: 42", or a label with the text beside it: "Total:", or a heading above a single value. */
function readLine(element: HTMLElement): RawTable[] {
  // A field has its own label. The lines around it do not say its value.
  const holdsField = element.querySelector(INPUTS) ?? (element as HTMLLabelElement).control
  if (!element.matches(LINES) || holdsField) return []
  const text = element.innerText.trim()
  const isAlone = element.matches(HEADINGS) && element.parentElement?.children.length === 2
  const isLabel = text.endsWith(':') || (isAlone && !text.includes(':'))
  if (text.length > LONGEST_LINE || text.includes('\n')) return []
  if (isLabel) return [toPair(namesOf(element), text, beside(element))]
  const [, label, value = ''] = LABELLED.exec(text) ?? []
  if (label === undefined) return []
  const fault = FURTHER_LABEL.test(value) && `“${text}” is a line with more than one label.`
  return [toPair(namesOf(element), label, value, fault || undefined)]
}

/** The text after an element: loose text up to the end of the line, or the next element. */
function beside(element: Element): string {
  let loose = ''
  for (let node = element.nextSibling; node && !(node instanceof Element); node = node.nextSibling)
    if (node instanceof Text) loose += node.data
  const next = element.nextElementSibling
  const ends = next === null || next.tagName === 'BR' || getComputedStyle(next).display === 'block'
  if (clean(loose) !== '') return ends ? clean(loose) : ''
  return next && isShown(next) ? textOf(next) : ''
}
