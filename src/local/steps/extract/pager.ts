/** Which controls turn the pages of a table or list, and in which order they are pressed. */
import { click } from '../act/attempt.ts'
import { elementIn } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import { Refusal } from '../refusal.ts'
import type { Collection, Control, Holdings } from './read.ts'

/** The controls of a collection: those up to the next table, or else those after the previous one. */
export function pagerOf({ collections, controls }: Holdings, { at, frame }: Collection): Control[] {
  const tables = collections.filter((one) => one.is === 'table' && one.frame === frame)
  const places = tables.map((table) => table.at)
  const end = Math.min(...places.filter((place) => place > at))
  const start = Math.max(-1, ...places.filter((place) => place < at))
  const own = controls.filter((one) => one.frame === frame && one.at > start && one.at < end)
  const after = own.filter((one) => one.at > at)
  return after.length > 0 ? after : own
}

/** Throws a Refusal for a pager without a known control, because it may lead to more rows. */
export function checkPager(pager: Control[]): void {
  const unclear = pager.find(({ says, disabled }) => says === 'unknown' && !disabled)
  if (!unclear || pager.some(({ says }) => says !== 'unknown')) return
  const what = unclear.name === '' ? 'a button without a name' : `“${unclear.name}”`
  throw new Refusal(
    `The table may have more pages: its pager has ${what}, which is not understood. Nothing was extracted.`,
  )
}

/** The control for the page before. */
export function backward(pager: Control[]): Control | undefined {
  return pager.find(({ says, disabled }) => says === 'prev' && !disabled)
}

/** The control for the next page: "Next", else its number, else "Load more". */
export function forward(pager: Control[], number: number): Control | undefined {
  const usable = pager.filter(({ disabled }) => !disabled)
  if (pager.some(({ says }) => says === 'next')) return usable.find(({ says }) => says === 'next')
  return (
    usable.find((one) => one.number === number + 1) ?? usable.find(({ says }) => says === 'more')
  )
}

export async function press(stage: Stage, control: Control): Promise<void> {
  const { name, accessible, sends, frame, at } = control
  if (!accessible)
    throw new Refusal(`The table has more pages, but “${name}” is not a link or button.`)
  // This may be the "Next" of a form with several parts.
  if (sends) {
    throw new Refusal(
      `“${name}” submits a form, which an extraction never does. Press it as a step of its own.`,
    )
  }
  const element = await elementIn(frame, (reader, index) => reader.elementAt(index), at)
  await click(stage, { name, element })
}
