/** Tables, lists and what turns their pages, read in one go and in document order. */
import type { Locator, Page } from 'playwright-core'
import { readInPage } from '../reader/read.ts'
import type { RawPart } from '../reader/raw.ts'
import { countsIn, type Counts } from './counts.ts'
import { toList, toTable, type Collection } from './tables.ts'

export interface Control {
  is: 'control'
  /** `unknown`: it is in a pager, and its name says nothing, or not in English. */
  says: 'next' | 'previous' | 'more' | 'number' | 'unknown'
  name: string
  /** Index for `partAt`. */
  at: number
  disabled: boolean
  accessible: boolean
  /** Whether pressing it posts a form. */
  sends: boolean
}

export interface PageData {
  parts: (Collection | Control)[]
  counts: Counts
}

const PARTS =
  'table, [role=table], [role=grid], [role=treegrid], ul, ol, [role=list], a, button, [role=link], [role=button], input[type=submit], input[type=button], [onclick]'
const NEXT =
  /^(?:go to )?(?:the )?next(?: page| \d+(?: \w+)?)?\W*$|^older(?: \w+)?$|^(?:›|»|>|→|>>|❯|▶|(?:chevron|keyboard_arrow)_right|navigate_next|arrow_forward)$/i
const PREVIOUS =
  /^\W*(?:go to )?(?:the )?prev(?:ious)?(?: page| \d+(?: \w+)?)?$|^newer(?: \w+)?$|^(?:‹|«|<|←|<<|❮|◀|(?:chevron|keyboard_arrow)_left|navigate_before|arrow_back)$/i
const MORE = /^(?:load|show|view|see) more(?: \w+){0,2}$/i

export async function readPageData(page: Page): Promise<PageData> {
  const raw = await page.locator(PARTS).evaluateAll(readInPage)
  const text = String(await page.evaluate('document.body?.innerText ?? ""'))
  const parts = joinHeads(raw.flatMap((part) => toPart(part) ?? []))
  return { parts, counts: countsIn(text) }
}

/**
 * Some pages draw a table as two, so that its head stays in view: one with column headers and no rows, then one with rows
 * and no headers. They are one; what is left without headers is no data.
 */
function joinHeads(parts: (Collection | Control)[]): (Collection | Control)[] {
  const collections = parts.filter((part) => part.is !== 'control')
  const tables = collections.filter(({ is }) => is === 'table')
  const joined = new Map<Collection, Collection>()
  for (const [at, body] of tables.entries()) {
    const head = tables[at - 1]
    const width = body.rows[0]?.length
    if (hasHead(body) || !head || head.rows.length > 0 || head.columns.length !== width) continue
    joined.set(head, { ...body, names: head.names, columns: head.columns })
  }
  return parts.flatMap((part) => {
    if (part.is !== 'table') return [part]
    return hasHead(part) ? [joined.get(part) ?? part] : []
  })
}

function hasHead({ columns }: Collection): boolean {
  return columns.some((column) => column !== '')
}

export async function readCollections(page: Page): Promise<Collection[]> {
  const { parts } = await readPageData(page)
  return parts.filter((part) => part.is !== 'control')
}

export function partAt(page: Page, { at }: { at: number }): Locator {
  return page.locator(PARTS).nth(at)
}

function toPart(raw: RawPart): Collection | Control | undefined {
  if (raw.is === 'table') return toTable(raw)
  if (raw.is === 'list') return toList(raw)
  if (raw.is !== 'control') return undefined
  const { rel, inPager, surely, ...control } = raw
  const says =
    NEXT.test(raw.name) || /\bnext\b/.test(rel)
      ? 'next'
      : PREVIOUS.test(raw.name) || /\bprev\b/.test(rel)
        ? 'previous'
        : MORE.test(raw.name)
          ? 'more'
          : inPager && /^\d{1,4}$/.test(raw.name)
            ? 'number'
            : surely
              ? 'unknown'
              : undefined
  return says && { ...control, says }
}

/**
 * Runs inside the page. Brings the end of a table or list into view, and that of the page, as infinite scrolling waits
 * for; says whether anything moved.
 */
export function scrollToEndInPage(collection: Element): boolean {
  const positions: Element[] = [document.documentElement]
  for (let at: Element | null = collection; at; at = at.parentElement) positions.push(at)
  const before = positions.map(({ scrollTop }) => scrollTop).join()
  const rows = [...collection.querySelectorAll('tr, [role=row], li, [role=listitem]')]
  rows.at(-1)?.scrollIntoView({ block: 'end' })
  for (const position of positions) position.scrollTop = position.scrollHeight
  return positions.map(({ scrollTop }) => scrollTop).join() !== before
}
