/** Reads tables and lists as drawn: rows, cells and spans. */
import { clean, isShown, namesOf, textOf } from './dom.ts'
import { toTable, valuesIn, type Cell, type Collection, type Row } from './grid.ts'

export const GRIDS = 'table, [role=table], [role=grid], [role=treegrid]'
export const LISTS = 'ul, ol, [role=list]'
const CELLS = '[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]'
const ROWS = 'tr, [role=row]'
/** Navigation, tabs, pagers. */
const MENUS = 'nav, [role=navigation], [role=tablist], [role=menu], [role=menubar], [class*=pag i]'

/** A table, and its labelled values if they are wanted. */
export function readTable(table: Element, at: number, withValues: boolean): Collection[] {
  const own = [...table.querySelectorAll(ROWS)].filter(
    (row) =>
      row.parentElement?.closest(GRIDS) === table && isShown(row) && row.ariaHidden !== 'true',
  )
  const rows = joinParts(own.flatMap(readRow))
  const names = namesOf(table)
  const collapsed = collapsedIn(table)
  const fault =
    collapsed &&
    `Rows are collapsed, such as “${textOf(collapsed)}”. Expand them first; nothing was extracted.`
  const [count = 0, width = 0] = ['aria-rowcount', 'aria-colcount'].map((name) =>
    Number(table.getAttribute(name)),
  )
  const values = withValues ? valuesIn(names, rows) : []
  return [toTable({ at, names, fault, busy: isBusy(table), count, width }, rows), ...values]
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
function readRow(row: Element): Row[] {
  const own = row instanceof HTMLTableRowElement ? [...row.cells] : [...row.querySelectorAll(CELLS)]
  const cells = own.filter(isShown)
  const isFlat = cells.every((cell) => cell.getBoundingClientRect().height === 0)
  if (cells.length > 0 && isFlat) return []
  const part = row.closest('thead') ? 'head' : row.closest('tfoot') ? 'foot' : 'body'
  return [{ part, cells: cells.map(readCell), number: Number(row.getAttribute('aria-rowindex')) }]
}

/** A grid draws pinned columns apart: the parts of a row have the same number. */
function joinParts(rows: Row[]): Row[] {
  const first = new Map<number, Row>()
  return rows.filter((row) => {
    const known = row.number > 0 && first.get(row.number)
    if (known) known.cells.push(...row.cells)
    else first.set(row.number, row)
    return !known
  })
}

function readCell(cell: Element): Cell {
  const span = (of: 'col' | 'row'): number =>
    Math.max(1, Number(cell.getAttribute(`${of}span`) ?? cell.getAttribute(`aria-${of}span`)))
  const header = cell.tagName === 'TH' || /^(?:column|row)header$/.test(cell.role ?? '')
  return { text: textOf(cell), header, wide: span('col'), deep: span('row') }
}

export function readList(list: Element, at: number): Collection[] {
  if (isMenu(list)) return []
  const items = [...list.querySelectorAll('li, [role=listitem]')].filter(
    (item) => item.parentElement?.closest(LISTS) === list && isShown(item),
  )
  const rows = items.map((item) => {
    const nested = clean(item.querySelector<HTMLElement>(LISTS)?.innerText)
    return [clean(textOf(item).replace(nested, ''))]
  })
  const none = { columns: [], numbers: [], declared: 0, width: 0 }
  return [{ is: 'list', at, names: namesOf(list), rows, busy: isBusy(list), ...none }]
}

/** Navigation, tabs, pagers and nested lists are not data. */
function isMenu(list: Element): boolean {
  const items = [...list.children]
  const controls = items.filter((item) => item.querySelector('button, [role=tab]')).length
  const isNested = Boolean(list.parentElement?.closest(LISTS))
  return isNested || list.closest(MENUS) !== null || (controls > 0 && controls === items.length)
}

/** The innermost box to its start or on by most of a view; the boxes inside the page, or all of them, to the end. */
export type Scrolling = 'start' | 'on' | 'inside' | 'end'

export function scrollRows(collection: Element, to: Scrolling): boolean {
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
    const on = box.scrollTop + box.clientHeight * 0.8
    box.scrollTop = to === 'start' ? 0 : to === 'on' ? on : box.scrollHeight
  }
  return boxes.map(({ scrollTop }) => scrollTop).join() !== before
}
