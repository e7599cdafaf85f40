/** Reads all rows of a table or list on all its pages. Refuses if it cannot verify that they are complete. */
import { click } from '../act/attempt.ts'
import { elementIn, inFrame } from '../page/reader.ts'
import { contradiction } from './counts.ts'
import { readPageData, type Control, type PageData, type Placed } from './page-data.ts'
import { quoteList, Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'
import type { Collection } from './tables.ts'
import { readVirtual } from './virtual.ts'

const MOST_PAGES = 200
/** Looks, 50 ms apart, in which a page must be unchanged to be at rest. */
const LOOKS = 3
/** The same for a page that the server sent. */
const LOOKS_AT_NEW = 2
/** Milliseconds. Pages that load more on scrolling often wait a moment. */
const STILL = 500

interface Reading {
  data: PageData
  /** The collection has all rows that scrolling shows. */
  isWhole?: boolean
  collection: Placed
}

/** The rows of all pages in order, from the first page even if another one is shown. */
export async function readAllRows(stage: Stage, wanted: Placed): Promise<string[][]> {
  let reading = await rewind(stage, await stable(stage, wanted, ''))
  checkPager(reading)
  const first = reading
  const seen = new Set([print(reading)])
  let rows = reading.collection.rows
  for (let number = 1; ; number += 1) {
    const control = onward(reading, number)
    if (reading.isWhole) break
    const next = control ? await turn(stage, reading, control) : await scrollOn(stage, reading)
    if (!next) break
    if (number === MOST_PAGES)
      throw new Refusal(`The table goes on after ${MOST_PAGES} pages, the most that is read.`)
    if (control && seen.has(print(next))) throw circle(control)
    seen.add(print(next))
    const grows = !control || control.says === 'more'
    rows = grows ? next.collection.rows : [...rows, ...next.collection.rows]
    stage.log(`page ${number + 1} read, ${rows.length} rows so far`)
    reading = next
  }
  checkComplete(first, rows, seen.size)
  return rows
}

/** The rows after scrolling to the end of a table that loads more; undefined if it does not change. */
async function scrollOn(stage: Stage, reading: Reading): Promise<Reading | undefined> {
  const { frame, at, rows } = reading.collection
  const toEnd = (): Promise<boolean> =>
    inFrame(frame, (reader, index) => reader.scrollToEnd(reader.elementAt(index)), at)
  if (!(await toEnd())) return undefined
  await stage.settle(STILL)
  const next = await stable(stage, reading.collection, '')
  if (print(next) === print(reading)) return undefined
  if (JSON.stringify(next.collection.rows.slice(0, rows.length)) === JSON.stringify(rows))
    return next
  const all = await readVirtual(stage, next.collection, () =>
    stable(stage, reading.collection, '').then(({ collection }) => collection),
  )
  return { ...next, collection: all, isWhole: true }
}

/** Goes to the first page: by the number 1, or by "Previous" until it is missing. */
async function rewind(stage: Stage, from: Reading): Promise<Reading> {
  let reading = from
  const seen = new Set([print(reading)])
  for (;;) {
    const back = usable(reading).find(({ says }) => says === 'previous')
    if (!back) return seen.size > 1 ? reading : toPageOne(stage, reading)
    if (seen.size === MOST_PAGES)
      throw new Refusal(
        `The table begins more than ${MOST_PAGES} pages before, the most that is read.`,
      )
    reading = await turn(stage, reading, back)
    if (seen.has(print(reading))) throw circle(back)
    seen.add(print(reading))
  }
}

/** On page one, the link to page one shows the same rows again. */
async function toPageOne(stage: Stage, reading: Reading): Promise<Reading> {
  const one = usable(reading).find(({ says, number }) => says === 'number' && number === 1)
  if (!one) return reading
  await press(stage, one)
  return stable(stage, reading.collection, '')
}

/** A pager without a known control may lead to more rows. */
function checkPager(reading: Reading): void {
  const unclear = usable(reading).find(({ says }) => says === 'unknown')
  if (!unclear || near(reading).some(({ says }) => says !== 'unknown')) return
  const what = unclear.name === '' ? 'a button without a name' : `“${unclear.name}”`
  throw new Refusal(
    `The table may have more pages: its pager has ${what}, which is not understood. Nothing was extracted.`,
  )
}

function circle({ name }: Control): Refusal {
  return new Refusal(`“${name}” led back to a page that was already read.`)
}

async function turn(stage: Stage, reading: Reading, control: Control): Promise<Reading> {
  const pages = stage.navigations()
  await press(stage, control)
  const looks = stage.navigations() > pages ? LOOKS_AT_NEW : LOOKS
  return stable(stage, reading.collection, print(reading), { pressed: control.name, looks })
}

async function press(stage: Stage, control: Control): Promise<void> {
  const { name, accessible, sends } = control
  if (!accessible)
    throw new Refusal(`The table has more pages, but “${name}” is no link or button.`)
  // This may be the "Next" of a form with several parts, and an extraction must not submit a form.
  if (sends)
    throw new Refusal(
      `“${name}” submits a form, which no extraction does. Press it as a step of its own.`,
    )
  const { frame, at } = control
  const element = await elementIn(frame, (reader, index) => reader.elementAt(index), at)
  await click(stage, { name, element })
}

/** A changed reading of a page at rest. After a press, an empty table counts as loading. */
async function stable(
  stage: Stage,
  wanted: Placed,
  before: string,
  { pressed = '', looks: wantedLooks = LOOKS } = {},
): Promise<Reading> {
  let latest: Reading | undefined
  let last = ''
  let looks = 0
  const reading = await stage.until(async (pulse) => {
    looks = pulse === last ? looks + 1 : 1
    last = pulse
    if (looks === 1 || !latest || print(latest) === before) latest = await read(stage, wanted)
    if (!latest || latest.collection.busy || print(latest) === before || !stage.isIdle())
      return undefined
    const isLoading = pressed !== '' && latest.collection.rows.length === 0
    return looks < wantedLooks || isLoading ? undefined : latest
  })
  const still =
    pressed === '' ? 'The table kept changing.' : `Pressing “${pressed}” did not show other rows.`
  if (!reading) throw new Refusal(still)
  const { odd: odds, collapsed } = reading.collection
  if (collapsed.length > 0) {
    const rows = quoteList(collapsed, 3)
    throw new Refusal(`Rows are collapsed: ${rows}. Expand them first; nothing was extracted.`)
  }
  const [odd] = odds
  if (odd !== undefined)
    throw new Refusal(`A row does not fit the columns: “${odd}”. Nothing was extracted.`)
  return reading
}

async function read(stage: Stage, wanted: Placed): Promise<Reading | undefined> {
  const data = await readPageData(stage.page())
  const collection = sameAs(wanted, data)
  return collection && { data, collection }
}

/** Identifies a page by its rows. */
function print({ collection }: Reading): string {
  return JSON.stringify(collection.rows)
}

/** Identifies a collection on all pages; the caption may contain the page number. */
function layoutOf({ is, columns, names }: Collection): string {
  return JSON.stringify([is, columns, is === 'list' ? names[0] : ''])
}

function sameAs(wanted: Placed, { parts }: PageData): Placed | undefined {
  const same = parts
    .filter((part) => part.is !== 'control')
    .filter((part) => layoutOf(part) === layoutOf(wanted))
  return (
    same.find(({ names }) => names[0] === wanted.names[0]) ??
    (same.length === 1 ? same[0] : undefined)
  )
}

/** The controls of the collection: those before the next table, or else those after the previous one. */
function near({ data, collection }: Reading): Control[] {
  const at = data.parts.indexOf(collection)
  const after = controlsUntilTable(data.parts.slice(at + 1))
  return after.length > 0 ? after : controlsUntilTable(data.parts.slice(0, at).toReversed())
}

function controlsUntilTable(parts: PageData['parts']): Control[] {
  const end = parts.findIndex((part) => part.is === 'table')
  return parts.slice(0, end < 0 ? undefined : end).filter((part) => part.is === 'control')
}

function usable(reading: Reading): Control[] {
  return near(reading).filter(({ disabled }) => !disabled)
}

/** The control for the next page: Next, else its number, else "Load more". */
function onward(reading: Reading, number: number): Control | undefined {
  const controls = usable(reading)
  const hasNext = near(reading).some(({ says }) => says === 'next')
  if (hasNext) return controls.find(({ says }) => says === 'next')
  return (
    controls.find((control) => control.says === 'number' && control.number === number + 1) ??
    controls.find(({ says }) => says === 'more')
  )
}

/** Checks the rows against the page: "1–10 of 23", aria-rowcount. */
function checkComplete({ data, collection }: Reading, rows: string[][], pages: number): void {
  const read = { shown: collection.rows.length, rows: rows.length, pages }
  const wrong = contradiction(data.counts, read)
  if (wrong !== undefined) throw new Refusal(`The page says that ${wrong}. Nothing was extracted.`)
  const declared = collection.declared ?? 0
  if (declared > rows.length + collection.extra) {
    throw new Refusal(
      `The table has ${declared} rows by its own account, but shows ${rows.length}. Nothing was extracted.`,
    )
  }
}
