/**
 * Tables, lists and what turns their pages, read in one go and in document order.
 */
import type { Page } from 'playwright-core'
import { readInPage } from './in-page.ts'

export interface Collection {
  is: 'table' | 'list'
  /** What names it, nearest first: caption or label, then the headings above it. */
  names: string[]
  columns: string[]
  /** Data rows, one cell a column; the items of a list are rows of one cell. No footers, no totals. */
  rows: string[][]
  /** Text of rows that do not fit the columns. */
  odd: string[]
  /** Rows that the page says there are, all pages and headers included (aria-rowcount), else null. */
  declared: number | null
  /** Header, footer and separator rows, which `declared` counts too. */
  extra: number
  busy: boolean
}

export interface Control {
  is: 'control'
  says: 'next' | 'previous' | 'more' | 'number'
  name: string
  /** Index for `pagerAt`. */
  at: number
  disabled: boolean
  accessible: boolean
}

export interface PageData {
  parts: (Collection | Control)[]
  /** Each "1–10 of 23" on the page. */
  counts: { from: number; to: number; total: number }[]
}

const TABLES = 'table, [role=table], [role=grid], [role=treegrid]'
const READ = `${TABLES}, ul, ol, [role=list], a, button, [role=link], [role=button], [onclick]`

export async function readPageData(page: Page): Promise<PageData> {
  const parts = await page.locator(READ).evaluateAll(readInPage)
  const text = String(await page.evaluate('document.body?.innerText ?? ""'))
  const counts = [
    ...text.matchAll(/(\d[\d.,]*)\s*(?:–|—|-|to)\s*(\d[\d.,]*)\s+(?:of|\/)\s+(\d[\d.,]*\d|\d)/g),
  ]
  return {
    parts,
    counts: counts.map(([, from, to, total]) => ({
      from: toInt(from),
      to: toInt(to),
      total: toInt(total),
    })),
  }
}

export function pagerAt(page: Page, { at }: Control): ReturnType<Page['locator']> {
  return page.locator(READ).nth(at)
}

function toInt(digits = ''): number {
  return Number(digits.replace(/\D/g, ''))
}
