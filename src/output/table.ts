/**
 * Lists: aligned columns for a person, tab-separated lines for a pipe. cli-table3 draws short tables. It takes seconds for
 * thousands of rows, so longer tables are padded here.
 */
import { cleanLine } from './clean.ts'
import { fitColumns, shortenTo } from './fit.ts'
import type { Fitting } from './fit.ts'
import type { Paint, Palette } from './palette.ts'

export interface Column<Row> extends Fitting {
  title: string
  value: (row: Row) => unknown
  /** Shown on a terminal only, because the columns in a pipe are API. */
  terminalOnly?: boolean
  /** Its style by its text, such as a status. */
  paint?: (text: string) => keyof Omit<Palette, 'colored'> | undefined
}

const DRAWN_ROWS = 200
const GAP = 2
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const PLAIN_CHARS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((name) => [name, '']),
)

/** Tab-separated lines, without a header. Nothing is cut. */
export function formatTsv<Row>(rows: Row[], columns: Column<Row>[]): string {
  const sent = columns.filter(({ terminalOnly }) => !terminalOnly)
  return rows
    .map((row) => sent.map(({ value }) => cleanLine(value(row), Infinity)).join('\t'))
    .join('\n')
}

/**
 * A borderless table with a dim header, for a terminal.
 * @param width columns of the terminal: rows that are wider would wrap
 */
export async function formatTable<Row>(
  rows: Row[],
  all: Column<Row>[],
  palette: Palette,
  width: number,
): Promise<string> {
  const widthOf = await widthReader()
  const read = (row: Row, { value }: Column<Row>): string => readable(value(row), 500)
  // A column that is empty in every row is left out.
  const columns = all.filter((column) => rows.some((row) => read(row, column) !== ''))
  const cells = rows.map((row) => columns.map((column) => read(row, column)))
  const titles = columns.map(({ title }) => title)
  const natural = titles.map((title, column) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), widthOf(title)),
  )
  const kept = fitColumns(columns, natural, width, GAP)
  const painters = kept.map(({ index }) => painterOf(columns[index]?.paint, palette))
  const lines = [titles, ...cells].map((row) =>
    kept.map((column) => shortenTo(row[column.index] ?? '', column.width, widthOf)),
  )
  const header = (lines[0] ?? []).map((title) => palette.dim(title))
  const painted = [
    header,
    ...lines.slice(1).map((row) => row.map((cell, index) => painters[index]?.(cell) ?? cell)),
  ]
  const text = rows.length > DRAWN_ROWS ? pad(painted, kept, lines, widthOf) : await draw(painted)
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

function painterOf(choose: Column<unknown>['paint'], palette: Palette): Paint {
  return (text) => {
    const name = choose?.(text)
    return name ? palette[name](text) : text
  }
}

/** A value on a terminal: cleaned, and a time in the zone of this machine, to the second. */
export function readable(value: unknown, limit?: number): string {
  const time = typeof value === 'string' && UTC_TIME.test(value) ? Date.parse(value) : NaN
  return Number.isNaN(time) ? cleanLine(value, limit) : new Date(time).toLocaleString('sv')
}

/** How many columns of a terminal a text takes. Nearly every cell takes one per character. */
async function widthReader(): Promise<(text: string) => number> {
  const { default: stringWidth } = await import('string-width')
  return (text) => (/^[\x20-\x7E]*$/.test(text) ? text.length : stringWidth(text))
}

async function draw(cells: string[][]): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const table = new Table({
    chars: PLAIN_CHARS,
    // Its own colours would reach a pipe and ignore NO_COLOR.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  })
  table.push(...cells)
  return table.toString()
}

function pad(
  painted: string[][],
  kept: { width: number }[],
  plain: string[][],
  widthOf: (text: string) => number,
): string {
  const gaps = plain.map((row) =>
    row.map((cell, column) => ' '.repeat((kept[column]?.width ?? 0) - widthOf(cell) + GAP)),
  )
  return painted
    .map((row, line) => row.map((cell, column) => cell + (gaps[line]?.[column] ?? '')).join(''))
    .join('\n')
}
