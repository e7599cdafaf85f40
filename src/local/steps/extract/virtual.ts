/**
 * Reads tables that draw only the rows in view. Scrolls them from start to end; each row is identified by its position, and
 * the rows must follow each other without a gap.
 */
import { inFrame } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import type { RawRow } from '../reader/raw.ts'
import type { View } from '../reader/tables.ts'
import { Refusal } from '../refusal.ts'
import type { Placed } from './page-data.ts'
import { toTable } from './tables.ts'

/** The most views to scroll through. */
const MOST_VIEWS = 500
/** Pixels of overlap or gap between rows to tolerate. */
const SLACK = 3

/** The table with all its rows. `look` reads the current view at rest. */
export async function readVirtual(
  stage: Stage,
  table: Placed,
  look: () => Promise<Placed>,
): Promise<Placed> {
  if (table.is !== 'table') throw incomplete()
  const { frame } = table
  let drawn = table
  const scroll = (where: 'start' | 'on' | 'stay'): Promise<View> =>
    inFrame(frame, (reader, [at, to]) => reader.scrollRows(reader.elementAt(at), to), [
      drawn.at,
      where,
    ] as const)
  await scroll('start')
  drawn = await look()
  const heads = headsOf(drawn.raw)
  const rows = new Map<number, RawRow>()
  for (let views = 1; ; views += 1) {
    const view = await scroll('stay')
    const last = await stage.until(async () => {
      drawn = await look()
      const end = Math.max(...bodyOf(drawn.raw).map(({ top, height }) => top + height))
      return (
        end >= view.bottom - (view.isEnd ? (bodyOf(drawn.raw)[0]?.height ?? 0) : 0) - SLACK ||
        undefined
      )
    })
    if (!last || views === MOST_VIEWS) throw incomplete()
    for (const row of bodyOf(drawn.raw)) {
      const known = rows.get(row.top) ?? row
      // Two rows at one position: one of the views had a gap.
      if (JSON.stringify(known.cells) !== JSON.stringify(row.cells)) throw incomplete()
      rows.set(row.top, row)
    }
    if (view.isEnd) break
    await scroll('on')
  }
  const all = [...rows.values()].sort((a, b) => a.top - b.top)
  if (!isUnbroken(all)) throw incomplete()
  stage.log(`${all.length} rows were read by scrolling`)
  const { columns, names } = table
  const whole = toTable({ ...drawn, rows: [...heads, ...all] })
  return { ...whole, frame, names, columns }
}

/** Header rows stay in view while the others scroll. */
function headsOf(rows: RawRow[]): RawRow[] {
  return rows.filter(
    ({ part, cells }) => part === 'head' || cells.every(({ header }) => header === true),
  )
}

function bodyOf(rows: RawRow[]): RawRow[] {
  const heads = headsOf(rows)
  return rows.filter((row) => !heads.includes(row) && row.part === 'body' && row.cells.length > 0)
}

function isUnbroken(rows: RawRow[]): boolean {
  return rows.every((row, at) => {
    const before = rows[at - 1]
    return !before || Math.abs(before.top + before.height - row.top) <= SLACK
  })
}

function incomplete(): Refusal {
  return new Refusal(
    'The table shows other rows when it is scrolled, so not all of them could be read. Nothing was extracted.',
  )
}
