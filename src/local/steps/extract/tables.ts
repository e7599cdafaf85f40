/** Classifies the rows of a table: headers, data, totals. Pure. */
import type { Frame } from 'playwright-core'
import type { RawCell, RawRow, RawTable } from '../reader/tables.ts'

/** A table, a list or a labelled value. */
export interface Collection extends Omit<RawTable, 'rows'> {
  frame: Frame
  /** The headers; the label of a value; empty for a list. */
  columns: string[]
  /** Data rows, one cell a column. */
  rows: string[][]
  /** All rows, as the reader gives them. */
  raw: RawRow[]
}

const TOTAL = /^(?:grand |sub-?)?(?:totals?|sum)\b/i
/** More than a currency or a unit. */
const WORD = /\p{L}{4}/u

/** Without column headers, columns are empty and rows keep their width. */
export function toCollection({ rows: raw, ...table }: RawTable, frame: Frame): Collection {
  const { columns, body } = layOut(raw)
  const rows: string[][] = []
  let { fault } = table
  for (const [at, cells] of body.entries()) {
    const texts = cells.map(({ text }) => text)
    const separates = columns.length > 1 && new Set(cells).size === 1
    const isBlank = texts.every((text) => text === '')
    const sumsUp = isTotal(cells, columns.length, at === body.length - 1)
    if (table.is === 'table' && (isBlank || separates || sumsUp)) continue
    const isOdd = sumsUp === undefined || (columns.length > 0 && cells.length !== columns.length)
    if (isOdd)
      fault ??= `A row does not fit the columns: “${texts.join(' | ')}”. Nothing was extracted.`
    rows.push(texts)
  }
  return { ...table, frame, columns, rows, fault, raw }
}

/**
 * Whether a row is a total: it begins with "Total", and has a gap or a spanning cell, or is the last of two columns.
 * Otherwise Total may be a name. undefined if unclear: "Total Energies" with a gap and numbers may be either.
 */
function isTotal(cells: RawCell[], width: number, isLast: boolean): boolean | undefined {
  const [first = '', ...others] = cells.map(({ text }) => text).filter((text) => text !== '')
  if (!TOTAL.test(first)) return false
  if (cells.length < width || cells.some(({ wide }) => wide > 1)) return true
  const gaps = cells.some(({ text }) => text === '')
  if (!/\p{L}/u.test(first.replace(TOTAL, ''))) return gaps || (isLast && width < 3)
  return gaps && !others.some((text) => WORD.test(text)) ? undefined : false
}

/** The column names and the rows of the body, every cell repeated over the columns and rows that it spans. */
function layOut(raw: RawRow[]) {
  const grid = spread(raw)
  const inHead = raw.filter(({ part }) => part === 'head').length
  const firstData = raw.findIndex(({ cells }) => !cells.every(({ header }) => header))
  const heads = inHead || (firstData < 0 ? raw.length : firstData)
  const width = Math.max(0, ...grid.slice(0, heads).map((cells) => cells.length))
  const columns = Array.from({ length: width }, (_, at) =>
    [...new Set(grid.slice(0, heads).map((cells) => cells[at]?.text ?? ''))].join(' ').trim(),
  )
  const body = grid.filter((_, at) => at >= heads && raw[at]?.part !== 'foot')
  return { columns, heads, grid, body }
}

function spread(raw: RawRow[]): RawCell[][] {
  const falling: ({ cell: RawCell; left: number } | undefined)[] = []
  return raw.map(({ cells: own }) => {
    const cells: RawCell[] = []
    const fall = (): void => {
      for (let above; (above = falling[cells.length]) && above.left > 0;) {
        above.left -= 1
        cells.push(above.cell)
      }
    }
    for (const cell of own) {
      fall()
      for (let count = 0; count < cell.wide; count += 1) {
        falling[cells.length] = { cell, left: cell.deep - 1 }
        cells.push(cell)
      }
    }
    fall()
    return cells
  })
}

/**
 * The labelled values of a table: rows with a header and one value, and the value in each column of a header or total row
 * ("Total" and "Amount": the total amount). Rows of two plain cells count only in a table without headers.
 */
export function valuesIn({ names, raw, frame }: Collection): Collection[] {
  const { columns, heads, grid } = layOut(raw)
  const plain = raw.every(({ cells }) => cells.length === 2 && cells.every(({ header }) => !header))
  return grid.flatMap((cells, at) => {
    const [first] = cells
    const isHead = at < heads && cells.every(({ header }) => header)
    const labels = first?.header || raw[at]?.part === 'foot' || TOTAL.test(first?.text ?? '')
    if (!first || isHead || !(labels || plain)) return []
    const others = [...cells.entries()].filter(([, cell]) => cell !== first && cell.text !== '')
    return others.flatMap(([column, { text }]) => {
      const inColumn = `${first.text} ${columns[column] ?? ''}`.trim()
      const said = others.length === 1 ? [first.text, inColumn] : [inColumn]
      return said.map((label) => toValue(names, label, text, frame))
    })
  })
}

const toValue = (names: string[], label: string, value: string, frame: Frame): Collection => {
  const rest = { at: -1, declared: 0, busy: false, raw: [] }
  const columns = [label.replace(/\s*:$/, '')]
  return { is: 'value', names, columns, rows: [[value]], frame, ...rest }
}
