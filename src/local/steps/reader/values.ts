/** Reads labelled values: definitions, fields, lines of text. Each is a table of one column and one row. */
import { clean, HEADINGS, isShown, labelsOf, namesOf, SECRET, textOf } from './dom.ts'
import { toValue, type Collection } from './grid.ts'

const FIELDS =
  'input:not([type=submit], [type=button]), select, textarea, output, meter, [role=combobox], [role=spinbutton]'
const INPUTS = 'input, select, textarea'
const LINES = `p, li, div, span, td, dd, b, strong, label, ${HEADINGS}`
export const VALUES = ['dl', FIELDS, LINES].join()
const LONGEST_LINE = 300
const LABELLED = /^([^:]{1,60}):\s+(\S.*)$/
const FURTHER_LABEL = /\s[^\s:]{1,30}:\s/

export function readValues(element: Element): Collection[] {
  if (element.matches('dl')) return readDefinitions(element)
  if (element.matches(FIELDS)) return readField(element as HTMLInputElement)
  return element.matches(LINES) ? readLine(element as HTMLElement) : []
}

function readDefinitions(list: Element): Collection[] {
  const names = namesOf(list)
  let label = ''
  return [...list.querySelectorAll('dt, dd')].filter(isShown).flatMap((element) => {
    if (element.tagName === 'DD') return [toValue(names, label, textOf(element))]
    label = textOf(element)
    return []
  })
}

function readField(field: HTMLInputElement): Collection[] {
  if (field.matches(SECRET)) return []
  const [label = ''] = labelsOf(field)
  const chosen = [...field.querySelectorAll<HTMLOptionElement>('option:checked')]
  const value = field.matches('select')
    ? chosen.map(({ text }) => clean(text)).join(', ')
    : textOf(field) || clean(field.value)
  return [toValue(namesOf(field), label, value)]
}

/** One line of text: "Total: 42", or a label with the text beside it: "Total:", or a heading above a single value. */
function readLine(element: HTMLElement): Collection[] {
  // A field has its own label. The lines around it do not say its value.
  if (element.querySelector(INPUTS) ?? (element as HTMLLabelElement).control) return []
  const text = element.innerText.trim()
  const isAlone = element.matches(HEADINGS) && element.parentElement?.children.length === 2
  const isLabel = text.endsWith(':') || (isAlone && !text.includes(':'))
  if (text.length > LONGEST_LINE || text.includes('\n')) return []
  if (isLabel) return [toValue(namesOf(element), text, beside(element))]
  const [, label, value = ''] = LABELLED.exec(text) ?? []
  if (label === undefined) return []
  const fault = FURTHER_LABEL.test(value) && `“${text}” is a line with more than one label.`
  return [toValue(namesOf(element), label, value, fault || undefined)]
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
