/** What a page holds, in all its frames. */
import type { Frame, Page } from 'playwright-core'
import { inFrames } from '../page/reader.ts'
import type * as controls from '../reader/controls.ts'
import type * as grid from '../reader/grid.ts'

export type Collection = grid.Collection & { frame: Frame }
export type Control = controls.Control & { frame: Frame }

export interface Holdings {
  collections: Collection[]
  controls: Control[]
  /** The page's text. */
  text: string
}

/** @param withValues also reads labelled values, which takes longer */
export async function readHoldings(page: Page, withValues = false): Promise<Holdings> {
  const frames = await inFrames(page, (reader, all) => reader.read(all), withValues)
  return {
    collections: frames.flatMap(({ frame, value }) =>
      value.collections.map((collection) => ({ ...collection, frame })),
    ),
    controls: frames.flatMap(({ frame, value }) =>
      value.controls.map((control) => ({ ...control, frame })),
    ),
    text: frames.map(({ value }) => value.text).join('\n'),
  }
}
