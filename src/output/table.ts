/**
 * Lists: aligned columns for a person, tab-separated lines for a pipe. cli-table3 takes seconds for thousands of rows,
 * so it draws the tables that a person reads; longer ones are padded here.
 */
import { cleanLine } from './clean.ts'
import type { Palette } from './palette.ts'

export interface Column<Row> {
  title: string
  value: (row: Row) => unknown
}

const DRAWN_ROWS = 200
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const PLAIN_CHARS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((name) => [name, '']),
)

/** Tab-separated lines, without a header. Nothing is cut. */
export function formatTsv<Row>(rows: Row[], columns: Column<Row>[]): string {
  return rows
    .map((row) => columns.map(({ value }) => cleanLine(value(row), Infinity)).join('\t'))
    .join('\n')
}

/** A borderless table with a dim header, for a terminal. */
export async function formatTable<Row>(
  rows: Row[],
  columns: Column<Row>[],
  palette: Palette,
): Promise<string> {
  const cells = rows.map((row) => columns.map(({ value }) => readable(value(row), 500)))
  const titles = columns.map(({ title }) => title)
  const text = cells.length > DRAWN_ROWS ? pad([titles, ...cells]) : await draw([titles, ...cells])
  const [header = '', ...lines] = text.split('\n').map((line) => line.trimEnd())
  return [palette.dim(header), ...lines].join('\n')
}

/** A value on a terminal: cleaned, and a time in the zone of this machine, to the second. */
export function readable(value: unknown, limit?: number): string {
  const time = typeof value === 'string' && UTC_TIME.test(value) ? Date.parse(value) : NaN
  return Number.isNaN(time) ? cleanLine(value, limit) : new Date(time).toLocaleString('sv')
}

async function draw(cells: string[][]): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const table = new Table({
    chars: PLAIN_CHARS,
    // Its own colours would reach a pipe and ignore NO_COLOR.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  table.push(...cells)
  return table.toString()
}

function pad(cells: string[][]): string {
  const widths = (cells[0] ?? []).map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  )
  return cells
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n')
}
