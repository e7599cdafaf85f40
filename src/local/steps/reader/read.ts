/** What a page holds, in document order: tables, lists, labelled values, and the controls that may turn their pages. */
import { CONTROLS, readControl, type Control } from './controls.ts'
import { findAll, isShown, textOf } from './dom.ts'
import { joinHeads, toValue, type Collection } from './grid.ts'
import { GRIDS, LISTS, readList, readTable, scrollRows, type Scrolling } from './tables.ts'
import { readValues, VALUES } from './values.ts'

export interface Reading {
  collections: Collection[]
  controls: Control[]
  /** The page's text. */
  text: string
}

const DATA = [GRIDS, LISTS, CONTROLS].join()
const UNSAID = '[role=presentation], [role=none]'

let elements: Element[] = []

/** @param withValues also reads labelled values, which takes longer */
export function read(withValues: boolean): Reading {
  elements = findAll(withValues ? `${DATA}, ${VALUES}` : DATA)
  const controls: Control[] = []
  const collections = elements.flatMap((element, at) => {
    if (!isShown(element) || element.matches(UNSAID) || element.closest('[aria-hidden=true]'))
      return []
    if (element.matches(GRIDS)) return readTable(element, at, withValues)
    if (element.matches(LISTS)) return readList(element, at)
    if (element.matches(CONTROLS)) controls.push(...readControl(element as HTMLElement, at))
    return withValues ? readValues(element) : []
  })
  if (withValues) {
    const titles = findAll('h1').filter(isShown)
    collections.push(...titles.map((h1) => toValue([], 'heading', textOf(h1))))
    if (window === window.top) collections.push(toValue([], 'page title', document.title))
  }
  return { collections: joinHeads(collections), controls, text: document.body?.innerText ?? '' }
}

/** The element of a part of the last reading, even if the page has changed. */
export function elementAt(at: number): Element {
  const element = elements[at]
  if (!element?.isConnected) throw new Error('Element is not attached')
  return element
}

/** Scrolls a table or list of the last reading. Returns whether anything moved. */
export const scroll = (at: number, to: Scrolling): boolean => scrollRows(elementAt(at), to)
