/** Reads tables and lists as drawn: rows, cells and spans. */
import { clean, isShown, namesOf, textOf } from './dom.ts'

export interface RawCell {
  text: string
  header: boolean
  /** How many columns and rows it spans. */
  wide: number
  deep: number
}

export interface RawRow {
  part: 'head' | 'body' | 'foot'
  cells: RawCell[]
  /** Its number on all pages (aria-rowindex); 0 if missing. */
  number: number
}

/** A table; a list, with a row of one cell for each item; or a value, with its label as the header. */
export interface RawTable {
  is: 'table' | 'list' | 'value'
  /** Index for `elementAt`. */
  at: number
  /** Nearest first: caption or label, then the headings above it. */
  names: string[]
  rows: RawRow[]
  /** The number of rows on all pages, with headers (aria-rowcount); 0 if missing. */
  declared: number
  /** Why the rows cannot be relied on; a sentence. */
  fault?: string | undefined
  busy: boolean
}

export const GRIDS = 'table, [role=table], [role=grid], [role=treegrid]'
export const LISTS = 'ul, ol, [role=list]'
const CELLS = '[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]'
const ROWS = 'tr, [role=row]'
/** Navigation, tabs, pagers. */
const MENUS = 'nav, [role=navigation], [role=tablist], [role=menu], [role=menubar], [class*=pag i]'

export function readTable(table: Element, at: number): RawTable {
  const rows = [...table.querySelectorAll(ROWS)].filter(
    (row) =>
      row.parentElement?.closest(GRIDS) === table && isShown(row) && row.ariaHidden !== 'true',
  )
  const collapsed = collapsedIn(table)
  return {
    is: 'table',
    at,
    names: namesOf(table),
    rows: joinParts(rows.flatMap(readRow)),
    declared: Number(table.getAttribute('aria-rowcount')),
    fault:
      collapsed &&
      `Rows are collapsed, such as “${textOf(collapsed)}”. Expand them first; nothing was extracted.`,
    busy: isBusy(table),
  }
}

const isBusy = (element: Element): boolean => element.closest('[aria-busy=true]') !== null

/** A collapsed row or group header. */
function collapsedIn(table: Element): Element | undefined {
  const rows = [...table.querySelectorAll('[role=row][aria-expanded=false]')]
  const groups = [...table.querySelectorAll('[role=rowgroup]')].filter((group) => {
    const isEmpty = !group.matches('thead, tbody, tfoot') && !group.querySelector(ROWS)
    return isEmpty && textOf(group) !== '' && !group.nextElementSibling?.matches('[role=row]')
  })
  return [...rows, ...groups].find(isShown)
}

/** Nothing for a row without height, with which a table that is drawn as two aligns its columns. */
function readRow(row: Element): RawRow[] {
  const own = row instanceof HTMLTableRowElement ? [...row.cells] : [...row.querySelectorAll(CELLS)]
  const cells = own.filter(isShown)
  const isFlat = cells.every((cell) => cell.getBoundingClientRect().height === 0)
  if (cells.length > 0 && isFlat) return []
  const part = row.closest('thead') ? 'head' : row.closest('tfoot') ? 'foot' : 'body'
  return [{ part, cells: cells.map(readCell), number: Number(row.getAttribute('aria-rowindex')) }]
}

/** A grid draws pinned columns apart: the parts of a row have the same number. */
function joinParts(rows: RawRow[]): RawRow[] {
  const first = new Map<number, RawRow>()
  return rows.filter((row) => {
    const known = row.number > 0 && first.get(row.number)
    if (known) known.cells.push(...row.cells)
    else first.set(row.number, row)
    return !known
  })
}

function readCell(cell: Element): RawCell {
  const span = (of: 'col' | 'row'): number =>
    Math.max(1, Number(cell.getAttribute(`${of}span`) ?? cell.getAttribute(`aria-${of}span`)))
  const header = cell.tagName === 'TH' || /^(?:column|row)header$/.test(cell.role ?? '')
  return { text: textOf(cell), header, wide: span('col'), deep: span('row') }
}

export function readList(list: Element, at: number): RawTable[] {
  if (isMenu(list)) return []
  const items = [...list.querySelectorAll('li, [role=listitem]')].filter(
    (item) => item.parentElement?.closest(LISTS) === list && isShown(item),
  )
  const texts = items.map((item) => {
    const nested = clean(item.querySelector<HTMLElement>(LISTS)?.innerText)
    return clean(textOf(item).replace(nested, ''))
  })
  const names = namesOf(list)
  return [
    {
      is: 'list',
      at,
      names,
      rows: texts.map((text) => toRow(text)),
      declared: 0,
      busy: isBusy(list),
    },
  ]
}

export function toPair(names: string[], label: string, value: string, fault?: string): RawTable {
  const rows = [toRow(label.replace(/\s*:$/, ''), true), toRow(value)]
  return { is: 'value', at: -1, names, rows, declared: 0, fault, busy: false }
}

const toRow = (text: string, header = false): RawRow => ({
  part: 'body',
  cells: [{ text, header, wide: 1, deep: 1 }],
  number: 0,
})

/** Navigation, tabs, pagers and nested lists are not data. */
function isMenu(list: Element): boolean {
  const items = [...list.children]
  const controls = items.filter((item) => item.querySelector('button, [role=tab]')).length
  const isNested = Boolean(list.parentElement?.closest(LISTS))
  return isNested || list.closest(MENUS) !== null || (controls > 0 && controls === items.length)
}

/** The innermost box to its start or on by half a view; the boxes inside the page, or all of them, to the end. */
export type Scrolling = 'start' | 'on' | 'inside' | 'end'

/** Scrolls the boxes around the rows of a table or list. Returns whether anything moved. */
export function scroll(collection: Element, to: Scrolling): boolean {
  const rows = [...collection.querySelectorAll(`${ROWS}, li, [role=listitem]`)].filter(isShown)
  const page = document.scrollingElement ?? document.documentElement
  const boxes: Element[] = []
  for (let at: Element | null = rows.at(-1) ?? collection; at; at = at.parentElement) {
    const isScroller = /auto|scroll|overlay/.test(getComputedStyle(at).overflowY)
    if (isScroller && at.scrollHeight > at.clientHeight + 1 && at !== page) boxes.push(at)
  }
  if (to !== 'inside') boxes.push(page)
  const before = boxes.map(({ scrollTop }) => scrollTop).join()
  if (to === 'end') rows.at(-1)?.scrollIntoView({ block: 'end' })
  for (const box of /^(?:start|on)$/.test(to) ? boxes.slice(0, 1) : boxes) {
    const on = box.scrollTop + box.clientHeight / 2
    box.scrollTop = to === 'start' ? 0 : to === 'on' ? on : box.scrollHeight
  }
  return boxes.map(({ scrollTop }) => scrollTop).join() !== before
}
