/** The controls that turn the pages of a table or list, known by their names and places in the markup. */
import type { Frame } from 'playwright-core'
import { click } from '../act/attempt.ts'
import { elementIn } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import type { RawControl } from '../reader/parts.ts'
import { Refusal } from '../refusal.ts'
import type { Holdings } from './read.ts'
import type { Collection } from './tables.ts'

export interface Control extends RawControl {
  frame: Frame
  /** `unknown`: it may turn pages, but its name does not say so. */
  says: 'next' | 'previous' | 'more' | 'page' | 'unknown'
  /** Of a page; 0 for other kinds. */
  number: number
}

const NEXT =
  /^(?:(?:go to|show|load) )?(?:the )?next(?: page| \d+(?: \w+)?)?\W*$|^older(?: \w+)?$|^(?:›|»|>|→|>>|❯|▶|(?:chevron|keyboard_arrow)_right|navigate_next|arrow_forward)$/i
const PREVIOUS =
  /^\W*(?:go to )?(?:the )?prev(?:ious)?(?: page| \d+(?: \w+)?)?$|^newer(?: \w+)?$|^(?:‹|«|<|←|<<|❮|◀|(?:chevron|keyboard_arrow)_left|navigate_before|arrow_back)$/i
const PAGE = /^(?:go ?to )?page (\d{1,4})(?: (?:of|\/) \d+)?(?:,? \(?current(?: page)?\)?)?$/i
const BARE_NUMBER = /^\d{1,4}$/
/** A pager offers one of these, whichever page is shown. */
const FIRST_PAGES = /^[12]$/
const MORE =
  /^(?:(?:load|show|view|see) (?:\d+ )?more(?: \w+){0,2}|more (?:results|rows|entries|items|records))\W*$/i

export function toControl(raw: RawControl, frame: Frame): Control[] {
  const { name, rel, inPager } = raw
  const isBare = inPager && BARE_NUMBER.test(name)
  const number = Number(PAGE.exec(name)?.[1] ?? (isBare ? name : 0))
  const control = (says: Control['says']): Control[] => [{ ...raw, says, number, frame }]
  if (NEXT.test(name) || /\bnext\b/.test(rel)) return control('next')
  if (PREVIOUS.test(name) || /\bprev\b/.test(rel)) return control('previous')
  if (MORE.test(name)) return control('more')
  if (number > 0) return control('page')
  return inPager || FIRST_PAGES.test(name) ? control('unknown') : []
}

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
  return pager.find(({ says, disabled }) => says === 'previous' && !disabled)
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
