/** Reads all rows of a table or list on all its pages. Refuses if it cannot verify that they are complete. */
import { inFrame } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import type { Scrolling } from '../reader/tables.ts'
import { Refusal } from '../refusal.ts'
import { contradiction } from './counts.ts'
import { backward, checkPager, forward, pagerOf, press } from './pager.ts'
import { readHoldings, type Collection, type Control } from './read.ts'

const MOST_PAGES = 200
/** The most views to scroll through. */
const MOST_VIEWS = 500
/** Looks, 50 ms apart, in which a page must be unchanged to be at rest. */
const LOOKS = 3
/** Milliseconds. Pages that load more on scrolling often wait a moment. */
const STILL = 500

interface Reading {
  collection: Collection
  pager: Control[]
  /** The page's text. */
  text: string
}

/** The rows of all pages in order, from the first page even if another one is shown. */
export async function readAllRows(stage: Stage, wanted: Collection): Promise<string[][]> {
  const first = await rewind(stage, await stable(stage, wanted))
  checkPager(first.pager)
  const numbered = new Map<number, string[]>()
  const seen = new Set<string>()
  const before: string[][] = []
  let reading = first
  let pages = 1
  for (; ; pages += 1) {
    note(seen, reading)
    reading = isNumbered(reading)
      ? await gather(stage, reading, numbered)
      : await scrolledOut(stage, reading, pages)
    const control = forward(reading.pager, pages)
    if (!control) break
    if (control.says !== 'more') before.push(...reading.collection.rows)
    reading = await turn(stage, reading, control, seen)
    stage.log(`page ${pages + 1} read`)
  }
  const rows =
    numbered.size > 0
      ? inOrder(numbered, first.collection)
      : [...before, ...reading.collection.rows]
  checkComplete(first, rows, pages)
  return rows
}

/** The first page: by "Previous" until it is missing, or else by its number. */
async function rewind(stage: Stage, shown: Reading): Promise<Reading> {
  const seen = new Set<string>()
  let reading = note(seen, shown)
  for (let control; (control = backward(reading.pager));)
    reading = note(seen, await turn(stage, reading, control, seen))
  const one = reading.pager.find(({ number, disabled }) => number === 1 && !disabled)
  if (!one || reading !== shown) return reading
  // If this is the page already, the link shows the same rows again.
  await press(stage, one)
  return stable(stage, reading.collection)
}

/** @param seen the pages that were read */
async function turn(
  stage: Stage,
  from: Reading,
  control: Control,
  seen: Set<string>,
): Promise<Reading> {
  await press(stage, control)
  const reading = await stable(stage, from.collection, print(from), control.name)
  if (!seen.has(print(reading))) return reading
  throw new Refusal(`“${control.name}” led back to a page that was already read.`)
}

function note(seen: Set<string>, reading: Reading): Reading {
  if (seen.add(print(reading)).size <= MOST_PAGES) return reading
  throw new Refusal(`The table goes on after ${MOST_PAGES} pages, the most that are read.`)
}

/** A page with what it loads when it is scrolled to its end; only the boxes in it are scrolled if another page follows. */
async function scrolledOut(stage: Stage, from: Reading, page: number): Promise<Reading> {
  const to = forward(from.pager, page) ? 'inside' : 'end'
  const seen = new Set<string>()
  for (let reading = note(seen, from); ;) {
    if (!(await scroll(reading, to))) return reading
    await stage.settle(STILL)
    const next = await stable(stage, reading.collection)
    if (print(next) === print(reading)) return next
    const same = next.collection.rows.slice(0, reading.collection.rows.length)
    if (JSON.stringify(same) !== print(reading)) throw incomplete()
    stage.log(`${next.collection.rows.length} rows after scrolling`)
    reading = note(seen, next)
  }
}

const scroll = ({ collection: { frame, at } }: Reading, to: Scrolling): Promise<boolean> =>
  inFrame(frame, (reader, given) => reader.scroll(...given), [at, to] as const)

/** Whether the table numbers its rows and says how many it has, as one does that draws only those in view. */
const isNumbered = ({ collection: { declared, numbers } }: Reading): boolean =>
  declared > 0 && numbers.length > 0 && numbers.every((number) => number > 0)

/** Scrolls through the rows of a page. Returns the last view. */
async function gather(
  stage: Stage,
  from: Reading,
  numbered: Map<number, string[]>,
): Promise<Reading> {
  let view = from
  await scroll(view, 'start')
  for (let views = 1; views <= MOST_VIEWS; views += 1) {
    view = await stable(stage, view.collection)
    const { rows, numbers } = view.collection
    for (const [at, number] of numbers.entries()) {
      const row = rows[at] ?? []
      if ((numbered.get(number) ?? row).join('\n') !== row.join('\n')) throw incomplete()
      numbered.set(number, row)
    }
    const isWhole = numbered.size >= from.collection.declared
    if (isWhole || !(await scroll(view, 'on'))) return view
  }
  throw incomplete()
}

/** The numbered rows of all pages, if none is missing. */
function inOrder(numbered: Map<number, string[]>, { declared }: Collection): string[][] {
  const all = [...numbered].toSorted(([a], [b]) => a - b)
  const [[start] = [0]] = all
  const isUnbroken = all.every(([number], at) => number === start + at)
  if (!isUnbroken || all.length < declared) throw incomplete()
  return all.map(([, row]) => row)
}

const incomplete = (): Refusal =>
  new Refusal(
    'The table shows other rows when it is scrolled, so not all of them could be read. Nothing was extracted.',
  )

/**
 * A reading of a page at rest. After a press, rows other than `before` are waited for, and an empty table counts as
 * loading.
 */
async function stable(
  stage: Stage,
  wanted: Collection,
  before = '',
  pressed?: string,
): Promise<Reading> {
  let latest: Reading | undefined
  let last = ''
  let looks = 0
  const reading = await stage.until(async (pulse) => {
    looks = pulse === last ? looks + 1 : 1
    last = pulse
    if (looks === 1 || !latest || print(latest) === before) latest = await read(stage, wanted)
    if (!latest || latest.collection.busy || print(latest) === before) return undefined
    const isLoading = pressed !== undefined && latest.collection.rows.length === 0
    return looks < LOOKS || isLoading || !stage.isIdle() ? undefined : latest
  })
  const { fault } = reading?.collection ?? {}
  if (reading && fault === undefined) return reading
  const isStill = pressed !== undefined && `Pressing “${pressed}” did not show other rows.`
  throw new Refusal(fault ?? (isStill || 'The table kept changing.'))
}

async function read(stage: Stage, wanted: Collection): Promise<Reading | undefined> {
  const holdings = await readHoldings(stage.page())
  const same = holdings.collections.filter((one) => layoutOf(one) === layoutOf(wanted))
  const named = same.find(({ names }) => names[0] === wanted.names[0])
  const collection = named ?? (same.length === 1 ? same[0] : undefined)
  return collection && { collection, pager: pagerOf(holdings, collection), text: holdings.text }
}

/** Identifies a page by its rows. */
const print = ({ collection }: Reading): string => JSON.stringify(collection.rows)

/** Identifies a collection on all pages; the caption may contain the page number. */
const layoutOf = ({ is, columns, names }: Collection): string =>
  JSON.stringify([is, columns, is === 'list' ? names[0] : ''])

/** Checks the rows against the page: "1–10 of 23", aria-rowcount. */
function checkComplete({ text, collection }: Reading, rows: string[][], pages: number): void {
  const read = { shown: collection.rows.length, rows: rows.length, pages }
  const wrong = contradiction(text, read)
  if (wrong !== undefined) throw new Refusal(`The page says that ${wrong}. Nothing was extracted.`)
  if (collection.declared > rows.length) {
    throw new Refusal(
      `The table has ${collection.declared} rows by its own account, but shows ${rows.length}. Nothing was extracted.`,
    )
  }
}
