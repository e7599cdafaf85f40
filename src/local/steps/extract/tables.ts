/** Classifies the rows of a table: headers, data, totals. Pure. */
import type { RawCell, RawPart, RawRow } from '../reader/raw.ts'

export interface Collection {
  is: 'table' | 'list'
  /** Index for the reader's `elementAt`. */
  at: number
  /** Its names, nearest first. */
  names: string[]
  /** Empty for a list. */
  columns: string[]
  /** Data rows, one cell a column; the items of a list are rows of one cell. */
  rows: string[][]
  /** Texts of rows that do not fit the columns, or cannot be classified. */
  odd: string[]
  /** The number of rows according to the page, with all pages and headers (aria-rowcount); null if missing. */
  declared: number | null
  /** Header, footer and separator rows, which `declared` counts too. */
  extra: number
  /** Collapsed rows, whose child rows are hidden. */
  collapsed: string[]
  busy: boolean
  /** The raw part that it was made from. */
  raw: RawRow[]
}

/** A value with its label. */
export interface Fact {
  label: string
  value: string
  names: string[]
  /** Whether the value is the rest of a line that contains another label. */
  goesOn?: boolean
}

type RawTable = Extract<RawPart, { is: 'table' }>
type RawList = Extract<RawPart, { is: 'list' }>

const TOTAL = /^(?:grand |sub-?)?(?:totals?|sum)\b/i
/** "Total" alone, or with what it is the total of. */
const TOTAL_OF =
  /^(?:grand |sub-?)?(?:totals?|sum)[^\p{L}]*(?:$|\b(?:all|amount|balance|before|cost|due|excl|for|gross|hours?|in|incl|net|of|open|paid|per|price|tax|value|vat)\b)/iu
/** More than a currency or a unit. */
const WORD = /\p{L}{4}/u

export function toList({ at, names, items, busy }: RawList): Collection {
  const rows = items.map((item) => [item])
  const none = { columns: [], odd: [], declared: null, extra: 0, collapsed: [], raw: [] }
  return { is: 'list', at, names, rows, busy, ...none }
}

/** Without column headers, columns are empty and rows keep their width. */
export function toTable({ rows: raw, ...table }: Omit<RawTable, 'is'>): Collection {
  const { columns, body } = layOut(raw)
  const rows: string[][] = []
  const odd: string[] = []
  for (const [at, cells] of body.entries()) {
    const texts = cells.map(({ text }) => text)
    const separates = columns.length > 1 && new Set(cells).size === 1
    const isBlank = texts.every((text) => text === '')
    const sumsUp = isTotal(cells, columns.length, at === body.length - 1)
    if (isBlank || separates || sumsUp) continue
    const fits = columns.length === 0 || cells.length === columns.length
    if (fits && sumsUp === false) rows.push(texts)
    else odd.push(texts.join(' | '))
  }
  const extra = raw.length - rows.length
  return { ...table, is: 'table', columns, rows, odd, extra, raw }
}

/**
 * Whether a row is a total: it begins with "Total", and has a gap or a spanning cell, or is the last of two columns.
 * Otherwise Total may be a name. undefined if unclear: "Total Energies" with a gap and numbers may be either.
 */
function isTotal(cells: RawCell[], width: number, isLast: boolean): boolean | undefined {
  const [first = '', ...others] = cells.map(({ text }) => text).filter((text) => text !== '')
  if (!TOTAL.test(first)) return false
  if (cells.length < width || cells.some(({ wide }) => wide !== undefined)) return true
  const gaps = cells.some(({ text }) => text === '')
  if (TOTAL_OF.test(first)) return gaps || (isLast && width < 3)
  return gaps && !others.some((text) => WORD.test(text)) ? undefined : false
}

/** The column names and the rows of the body, every cell repeated over the columns and rows that it spans. */
function layOut(raw: RawRow[]): { columns: string[]; heads: number; body: RawCell[][] } {
  const grid = spread(raw)
  const inHead = raw.filter(({ part }) => part === 'head').length
  const firstData = raw.findIndex(({ cells }) => !cells.every(({ header }) => header === true))
  const heads = inHead || (firstData < 0 ? raw.length : firstData)
  const width = Math.max(0, ...grid.slice(0, heads).map((cells) => cells.length))
  const columns = Array.from({ length: width }, (_, at) =>
    [...new Set(grid.slice(0, heads).map((cells) => cells[at]?.text ?? ''))].join(' ').trim(),
  )
  const body = grid.filter((_, at) => at >= heads && raw[at]?.part !== 'foot')
  return { columns, heads, body }
}

function spread(raw: RawRow[]): RawCell[][] {
  const falling: ({ cell: RawCell; left: number } | undefined)[] = []
  return raw.map(({ cells: own }) => {
    const cells: RawCell[] = []
    const fall = (): void => {
      for (
        let above = falling[cells.length];
        above && above.left > 0;
        above = falling[cells.length]
      ) {
        above.left -= 1
        cells.push(above.cell)
      }
    }
    for (const cell of own) {
      fall()
      for (let count = 0; count < (cell.wide ?? 1); count += 1) {
        falling[cells.length] = { cell, left: (cell.deep ?? 1) - 1 }
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
export function factsOf(table: RawTable): Fact[] {
  const { names, rows: raw } = table
  const { columns, heads } = layOut(raw)
  const plain = raw.every(({ cells }) => cells.length === 2 && cells.every(({ header }) => !header))
  const grid = spread(raw)
  return grid.flatMap((cells, at) => {
    const [first] = cells
    const labels =
      first?.header === true ||
      raw[at]?.part === 'foot' ||
      (first && TOTAL.test(first.text)) ||
      plain
    if (
      !first ||
      !labels ||
      (at < heads && columns.length > 0 && cells.every(({ header }) => header === true))
    )
      return []
    const others = cells.flatMap((cell, column) =>
      cell === first || cell.text === '' ? [] : [{ cell, column }],
    )
    return others.flatMap(({ cell: { text: value }, column }) => {
      const inColumn = { names, label: `${first.text} ${columns[column] ?? ''}`.trim(), value }
      return others.length === 1 ? [{ names, label: first.text, value }, inColumn] : [inColumn]
    })
  })
}
