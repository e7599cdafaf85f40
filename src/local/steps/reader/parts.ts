/** The visible parts of a page in document order. Pure functions outside the page interpret them. */
import { clean, findAll, isShown, labelsOf, SECRET, textOf } from './dom.ts'
import { namesOf } from './names.ts'
import type { RawPart } from './raw.ts'
import { GRIDS, LISTS, readList, readTable } from './tables.ts'

const BUTTONS = 'button, [role=button], input[type=submit], input[type=button]'
const CONTROLS = `a, [role=link], [onclick], ${BUTTONS}`
const FIELDS =
  'input:not([type=submit], [type=button]), select, textarea, output, meter, [role=combobox], [role=spinbutton]'
const LINES = 'p, li, div, span, td, dd, b, strong, label, h1, h2, h3, h4, h5, h6'
const IN_ROWS = 'tbody td, tbody th, [role=cell], [role=gridcell]'
const LONGEST_CONTROL = 40
const LONGEST_LINE = 300
const UNSAID = '[role=presentation], [role=none]'
const PAGERS = 'nav, [role=navigation], [class*=pag i], [aria-label*=pag i]'
const SURE_PAGERS =
  '[class*=paginat i], [class*=pager i], [aria-label*=paginat i], [aria-label*=pager i]'
const DISABLED =
  ':disabled, [disabled], [aria-disabled=true], .disabled, [aria-current]:not([aria-current=false])'

/** `data`: tables, lists, and what turns their pages. `facts`: what may be a label with its value. */
const WANTED = {
  data: [GRIDS, LISTS, CONTROLS].join(),
  facts: [GRIDS, 'dl', FIELDS, LINES].join(),
}

export interface Reading {
  parts: RawPart[]
  /** The page's text. */
  text: string
  title: string
  /** Those of the first level. */
  headings: string[]
}

let elements: Element[] = []

export function read(what: keyof typeof WANTED): Reading {
  const found = findAll(WANTED[what])
  if (what === 'data') elements = found
  const parts = found.flatMap(readPart)
  const headings = findAll('h1').filter(isShown).map(textOf)
  return { parts, text: document.body?.innerText ?? '', title: document.title, headings }
}

/** The element of a part of the last reading, even if the page has changed. */
export function elementAt(at: number): Element {
  const element = elements[at]
  if (!element?.isConnected) throw new Error('Element is not attached')
  return element
}

function readPart(element: Element, at: number): RawPart[] {
  if (!isShown(element) || element.matches(UNSAID) || element.closest('[aria-hidden=true]'))
    return []
  if (element.matches(GRIDS)) return [readTable(element, at)]
  if (element.matches(LISTS)) return readList(element, at)
  if (element.matches('dl')) return readDefinitions(element)
  if (element.matches(FIELDS)) return readField(element as HTMLInputElement)
  if (element.matches(CONTROLS)) return readControl(element as HTMLElement, at)
  return readLine(element as HTMLElement)
}

/** Controls in the rows of a table belong to the row, not to the table. */
function readControl(control: HTMLElement, at: number): RawPart[] {
  const value = control instanceof HTMLInputElement ? control.value : ''
  const name = clean(control.ariaLabel) || textOf(control) || clean(value) || clean(control.title)
  if (name.length > LONGEST_CONTROL || control.closest(IN_ROWS)) return []
  const part: RawPart = {
    is: 'control',
    at,
    name,
    rel: control.getAttribute('rel') ?? '',
    inPager: control.closest(PAGERS) !== null || (control.matches('a') && isCounted(control)),
    surely: control.closest(SURE_PAGERS) !== null || isCounted(control),
    disabled:
      control.closest(DISABLED) !== null || getComputedStyle(control).pointerEvents === 'none',
    accessible: control.matches(`a[href], [role=link], ${BUTTONS}`),
    sends: control.matches('[type=submit], button:not([type])') && isPosted(control),
  }
  return [part]
}

/** Whether the previous or next number is beside it, as in a pager. */
function isCounted(control: Element): boolean {
  const number = numberIn(control)
  let item = control
  while (item.parentElement && numberIn(item.parentElement) === number) item = item.parentElement
  const sides = (['previousSibling', 'nextSibling'] as const).map((side) => {
    let node = item[side]
    while (node && !/\w/.test(node.textContent ?? '')) node = node[side]
    return Math.abs(numberIn(node) - number)
  })
  return sides.includes(1)
}

function numberIn(node: Node | null): number {
  return Number(/^\W*(\d{1,3})\W*$/.exec(node?.textContent ?? '')?.[1] ?? NaN)
}

function isPosted(button: Element): boolean {
  return (button as HTMLButtonElement).form?.method === 'post'
}

function readDefinitions(list: Element): RawPart[] {
  const names = namesOf(list)
  let label = ''
  return [...list.querySelectorAll('dt, dd')].filter(isShown).flatMap((element) => {
    if (element.tagName === 'DD')
      return [{ is: 'pair' as const, names, label, value: textOf(element) }]
    label = textOf(element)
    return []
  })
}

function readField(field: HTMLInputElement): RawPart[] {
  if (field.matches(SECRET)) return []
  const [label = ''] = labelsOf(field)
  const chosen = [...field.querySelectorAll<HTMLOptionElement>('option:checked')]
  const value = field.matches('select')
    ? chosen.map(({ text }) => clean(text)).join(', ')
    : textOf(field) || clean(field.value)
  return [{ is: 'pair', names: namesOf(field), label, value }]
}

/** One line of text, with the text beside it: "Total: 42", or a "Total:" before its value. */
function readLine(element: HTMLElement): RawPart[] {
  const text = element.innerText.trim()
  const alone = element.parentElement?.children.length === 2
  const labels = /:/.test(text) || (alone && /^H[1-6]$/.test(element.tagName))
  if (!labels || text.length > LONGEST_LINE || text.includes('\n')) return []
  return [{ is: 'line', names: namesOf(element), text: clean(text), next: beside(element) }]
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
