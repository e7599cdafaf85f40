/** Tables, lists and what turns their pages, read in one go and in document order. */
import type { Locator, Page } from 'playwright-core'
import { readInPage, type RawPart } from './in-page.ts'
import { toList, toTable, type Collection } from './tables.ts'

export interface Control {
  is: 'control'
  says: 'next' | 'previous' | 'more' | 'number'
  name: string
  /** Index for `partAt`. */
  at: number
  disabled: boolean
  accessible: boolean
}

export interface PageData {
  parts: (Collection | Control)[]
  /** Each "1–10 of 23" on the page. */
  counts: { from: number; to: number; total: number }[]
}

const PARTS =
  'table, [role=table], [role=grid], [role=treegrid], ul, ol, [role=list], a, button, [role=link], [role=button], [onclick]'
const COUNT = /(\d[\d.,]*)\s*(?:–|—|-|to)\s*(\d[\d.,]*)\s+(?:of|\/)\s+(\d[\d.,]*\d|\d)/g
const NEXT = /^(?:go to )?(?:the )?next(?: page)?\W*$|^(?:›|»|>|→|>>)$/i
const PREVIOUS = /^\W*(?:go to )?(?:the )?prev(?:ious)?(?: page)?$|^(?:‹|«|<|←|<<)$/i
const MORE = /^(?:load|show|view) more(?: \w+){0,2}$/i

export async function readPageData(page: Page): Promise<PageData> {
  const raw = await page.locator(PARTS).evaluateAll(readInPage)
  const text = String(await page.evaluate('document.body?.innerText ?? ""'))
  const counts = [...text.matchAll(COUNT)].map(([, ...numbers]) => numbers.map(toInt))
  return {
    parts: raw.flatMap((part) => toPart(part) ?? []),
    counts: counts.map(([from = 0, to = 0, total = 0]) => ({ from, to, total })),
  }
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
  const { rel, inPager, ...control } = raw
  const says =
    NEXT.test(raw.name) || /\bnext\b/.test(rel)
      ? 'next'
      : PREVIOUS.test(raw.name) || /\bprev\b/.test(rel)
        ? 'previous'
        : MORE.test(raw.name)
          ? 'more'
          : inPager && /^\d{1,4}$/.test(raw.name)
            ? 'number'
            : undefined
  return says && { ...control, says }
}

function toInt(digits: string): number {
  return Number(digits.replace(/\D/g, ''))
}
