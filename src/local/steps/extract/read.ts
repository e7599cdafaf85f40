/** What a page holds: tables, lists and labelled values, and the controls that may turn pages, in document order. */
import type { Page } from 'playwright-core'
import { inFrames } from '../page/reader.ts'
import { toControl, type Control } from './pager.ts'
import { toCollection, valuesIn, type Collection } from './tables.ts'

export interface Holdings {
  collections: Collection[]
  controls: Control[]
  /** The page's text. */
  text: string
}

/** @param withValues also reads labelled values, which takes longer */
export async function readHoldings(page: Page, withValues = false): Promise<Holdings> {
  const frames = await inFrames(page, (reader, all) => reader.read(all), withValues)
  const controls: Control[] = []
  const collections = frames.flatMap(({ frame, value: { parts } }) => {
    const own = parts.flatMap((part) => {
      if (part.is !== 'control') return [toCollection(part, frame)]
      controls.push(...toControl(part, frame))
      return []
    })
    const values = withValues ? own.filter(({ is }) => is === 'table').flatMap(valuesIn) : []
    return [...joinHeads(own), ...values]
  })
  return { collections, controls, text: frames.map(({ value: { text } }) => text).join('\n') }
}

/**
 * Merges tables that a page draws as two, so that the header stays in view: one with headers and without rows, then one
 * with rows and without headers. Other tables without headers are dropped, and values without a label.
 */
function joinHeads(all: Collection[]): Collection[] {
  const tables = all.filter(({ is }) => is === 'table')
  const joined = new Map<Collection, Collection>()
  for (const [at, body] of tables.entries()) {
    const head = tables[at - 1]
    const isAlone = head?.rows.length === 0 && head.columns.length === body.rows[0]?.length
    if (!hasHead(body) && isAlone)
      joined.set(head, { ...body, names: head.names, columns: head.columns })
  }
  return all.flatMap((one) => {
    const isBlank = one.is === 'value' && one.rows[0]?.[0] === ''
    return (one.is === 'list' || hasHead(one)) && !isBlank ? [joined.get(one) ?? one] : []
  })
}

const hasHead = ({ columns }: Collection): boolean => columns.some((column) => column !== '')
