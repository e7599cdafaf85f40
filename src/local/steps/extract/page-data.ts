/** Tables, lists and pagers, read at once and in document order. */
import type { Frame, Page } from 'playwright-core'
import { inFrames } from '../page/reader.ts'
import type { RawPart } from '../reader/raw.ts'
import { countsIn, type Counts } from './counts.ts'
import { toList, toTable, type Collection } from './tables.ts'

export interface Control {
  is: 'control'
  /** `unknown`: a control in a pager without an English name. */
  says: 'next' | 'previous' | 'more' | 'number' | 'unknown'
  name: string
  /** The page number of a control of kind `number`. */
  number: number
  /** Index for the reader's `elementAt`, in the frame. */
  at: number
  frame: Frame
  disabled: boolean
  accessible: boolean
  /** Whether pressing it posts a form. */
  sends: boolean
}

/** A collection and its frame. */
export type Placed = Collection & { frame: Frame }

export interface PageData {
  parts: (Placed | Control)[]
  counts: Counts
}

const NEXT =
  /^(?:(?:go to|show|load) )?(?:the )?next(?: page| \d+(?: \w+)?)?\W*$|^older(?: \w+)?$|^(?:›|»|>|→|>>|❯|▶|(?:chevron|keyboard_arrow)_right|navigate_next|arrow_forward)$/i
const PREVIOUS =
  /^\W*(?:go to )?(?:the )?prev(?:ious)?(?: page| \d+(?: \w+)?)?$|^newer(?: \w+)?$|^(?:‹|«|<|←|<<|❮|◀|(?:chevron|keyboard_arrow)_left|navigate_before|arrow_back)$/i
const PAGE_NUMBER =
  /^(?:(?:go ?to )?page )?(\d{1,4})(?: (?:of|\/) \d+)?(?:,? \(?current(?: page)?\)?)?$/i
const MORE =
  /^(?:(?:load|show|view|see) (?:\d+ )?more(?: \w+){0,2}|more (?:results|rows|entries|items|records))\W*$/i

export async function readPageData(page: Page): Promise<PageData> {
  const readings = await inFrames(page, (reader) => reader.read('data'), null)
  return {
    parts: readings.flatMap(({ frame, value }) =>
      joinHeads(value.parts.flatMap((part) => toPart(part, frame) ?? [])),
    ),
    counts: countsIn(readings.map(({ value }) => value.text).join('\n')),
  }
}

/**
 * Merges tables that a page draws as two, so that the header stays in view: one with headers and without rows, then one
 * with rows and without headers. Headers that remain without rows are dropped.
 */
function joinHeads(parts: (Placed | Control)[]): (Placed | Control)[] {
  const collections = parts.filter((part) => part.is !== 'control')
  const tables = collections.filter(({ is }) => is === 'table')
  const joined = new Map<Placed, Placed>()
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

export async function readCollections(page: Page): Promise<Placed[]> {
  const { parts } = await readPageData(page)
  return parts.filter((part) => part.is !== 'control')
}

function toPart(raw: RawPart, frame: Frame): Placed | Control | undefined {
  if (raw.is === 'table') return { ...toTable(raw), frame }
  if (raw.is === 'list') return { ...toList(raw), frame }
  if (raw.is !== 'control') return undefined
  const { rel, inPager, surely, ...control } = raw
  const number = Number(PAGE_NUMBER.exec(raw.name)?.[1] ?? 0)
  const says =
    NEXT.test(raw.name) || /\bnext\b/.test(rel)
      ? 'next'
      : PREVIOUS.test(raw.name) || /\bprev\b/.test(rel)
        ? 'previous'
        : MORE.test(raw.name)
          ? 'more'
          : inPager && number > 0
            ? 'number'
            : surely
              ? 'unknown'
              : undefined
  return says && { ...control, says, number, frame }
}
