/** Reads tables and lists as drawn: cells, spans, and the position of each row. */
import { clean, isShown, textOf } from './dom.ts'
import { namesOf } from './names.ts'
import type { RawCell, RawPart, RawRow } from './raw.ts'

export const GRIDS = 'table, [role=table], [role=grid], [role=treegrid]'
export const LISTS = 'ul, ol, [role=list]'
const CELLS = '[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]'
const ROWS = 'tr, [role=row]'
/** Navigation, tabs, pagers. */
const MENUS = 'nav, [role=navigation], [role=tablist], [role=menu], [role=menubar], [class*=pag i]'

const isBusy = (element: Element): boolean => element.closest('[aria-busy=true]') !== null

export function readTable(table: Element, at: number): RawPart {
  const declared = table.getAttribute('aria-rowcount')
  return {
    is: 'table',
    at,
    names: namesOf(table),
    rows: rowsOf(table).flatMap((row) => readRow(row) ?? []),
    declared: declared === null ? null : Number(declared),
    collapsed: collapsedIn(table),
    busy: isBusy(table),
  }
}

/** Collapsed rows and group headers. */
function collapsedIn(table: Element): string[] {
  const rows = [...table.querySelectorAll('[role=row][aria-expanded=false]')]
  const groups = [...table.querySelectorAll('[role=rowgroup]')].filter((group) => {
    const isEmpty = !group.matches('thead, tbody, tfoot') && !group.querySelector(ROWS)
    return isEmpty && textOf(group) !== '' && !group.nextElementSibling?.matches('[role=row]')
  })
  return [...rows, ...groups].filter(isShown).map(textOf)
}

function rowsOf(table: Element): Element[] {
  return [...table.querySelectorAll(ROWS)].filter(
    (row) =>
      row.parentElement?.closest(GRIDS) === table && isShown(row) && row.ariaHidden !== 'true',
  )
}

/** undefined for a row without height, with which a table that is drawn as two aligns its columns. */
function readRow(row: Element): RawRow | undefined {
  const own = row instanceof HTMLTableRowElement ? [...row.cells] : [...row.querySelectorAll(CELLS)]
  const cells = own.filter(isShown)
  const boxes = cells.map((cell) => cell.getBoundingClientRect())
  const tallest = boxes.find(({ height }) => height > 0)
  if (cells.length > 0 && !tallest) return undefined
  const box = row.getBoundingClientRect()
  const { top, height } = box.height > 0 ? box : (tallest ?? box)
  return {
    part: row.closest('thead') ? 'head' : row.closest('tfoot') ? 'foot' : 'body',
    cells: cells.map(readCell),
    top: Math.round(top + scrolled(row)),
    height: Math.round(height),
  }
}

function readCell(cell: Element): RawCell {
  const raw: RawCell = { text: textOf(cell) }
  const wide = Number(cell.getAttribute('colspan') ?? cell.getAttribute('aria-colspan') ?? 1)
  const deep = Number(cell.getAttribute('rowspan') ?? cell.getAttribute('aria-rowspan') ?? 1)
  if (cell.tagName === 'TH' || /^(?:column|row)header$/.test(cell.role ?? '')) raw.header = true
  if (wide > 1) raw.wide = wide
  if (deep > 1) raw.deep = deep
  return raw
}

/** Pixels by which the element is scrolled, summed over the boxes around it. */
function scrolled(element: Element): number {
  let sum = 0
  for (let at = element.parentElement; at; at = at.parentElement) sum += at.scrollTop
  return sum
}

export function readList(list: Element, at: number): RawPart[] {
  if (isMenu(list)) return []
  const items = [...list.querySelectorAll('li, [role=listitem]')].filter(
    (item) => item.parentElement?.closest(LISTS) === list && isShown(item),
  )
  const texts = items.map((item) => {
    const nested = clean(item.querySelector<HTMLElement>(LISTS)?.innerText)
    return clean(textOf(item).replace(nested, ''))
  })
  return [{ is: 'list', at, names: namesOf(list), items: texts, busy: isBusy(list) }]
}

/** Navigation, tabs, pagers and nested lists are not data. */
function isMenu(list: Element): boolean {
  const items = [...list.children]
  const controls = items.filter((item) => item.querySelector('button, [role=tab]')).length
  const isNested = Boolean(list.parentElement?.closest(LISTS))
  return isNested || list.closest(MENUS) !== null || (controls > 0 && controls === items.length)
}

/** Boxes that scroll the rows of a table or list, the innermost first; the page itself is the last. */
function scrollersOf(collection: Element): Element[] {
  const page = document.scrollingElement ?? document.documentElement
  const [row] = [
    ...collection.querySelectorAll(`tbody tr, [role=row] [role=gridcell], li, ${ROWS}`),
  ]
    .filter(isShown)
    .toReversed()
  const boxes: Element[] = []
  for (let at: Element | null = row ?? collection; at; at = at.parentElement) {
    const isScroller = /auto|scroll|overlay/.test(getComputedStyle(at).overflowY)
    if (isScroller && at.scrollHeight > at.clientHeight + 1 && at !== page) boxes.push(at)
  }
  return [...boxes, page]
}

/** Scrolls to the end of a collection and of the page, to trigger infinite scrolling. */
export function scrollToEnd(collection: Element): boolean {
  const scrollers = scrollersOf(collection)
  const before = scrollers.map(({ scrollTop }) => scrollTop).join()
  const rows = [...collection.querySelectorAll(`${ROWS}, li, [role=listitem]`)]
  rows.at(-1)?.scrollIntoView({ block: 'end' })
  for (const scroller of scrollers) scroller.scrollTop = scroller.scrollHeight
  return scrollers.map(({ scrollTop }) => scrollTop).join() !== before
}

/** The visible range of the rows, in the pixels of `RawRow.top`. */
export interface View {
  bottom: number
  /** Whether the rows cannot be scrolled further. */
  isEnd: boolean
}

/** Scrolls the rows to the start, or until the last drawn row is the first in view. */
export function scrollRows(collection: Element, where: 'start' | 'on' | 'stay'): View {
  const [scroller] = scrollersOf(collection)
  if (!scroller) return { bottom: 0, isEnd: true }
  const isPage = scroller === document.scrollingElement
  const top = isPage ? 0 : scroller.getBoundingClientRect().top
  const last = Math.max(...rowsOf(collection).map((row) => row.getBoundingClientRect().top - top))
  if (where === 'start') scroller.scrollTop = 0
  if (where === 'on') scroller.scrollTop += Math.max(last, scroller.clientHeight / 2)
  const { scrollTop, clientHeight, scrollHeight } = scroller
  const above = isPage ? 0 : top + scrolled(scroller)
  return {
    bottom: Math.round(above + scrollTop + clientHeight),
    isEnd: scrollTop + clientHeight >= scrollHeight - 2,
  }
}
