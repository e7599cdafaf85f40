/** Classifies the rows of a table: headers, data, totals. Pure. */

export interface Cell {
  text: string
  header: boolean
  /** How many columns and rows it spans. */
  wide: number
  deep: number
}

export interface Row {
  part: 'head' | 'body' | 'foot'
  cells: Cell[]
  /** Its number on all pages (aria-rowindex); 0 if missing. */
  number: number
}

/** A table; a list, which has no headers; or a labelled value, whose label is its only header. */
export interface Collection {
  is: 'table' | 'list' | 'value'
  /** Index for `elementAt`. */
  at: number
  /** Nearest first: caption or label, then the headings above it. */
  names: string[]
  /** The headers. */
  columns: string[]
  /** Data rows, one cell a column. */
  rows: string[][]
  /** The numbers of the rows on all pages (aria-rowindex); 0 if missing. */
  numbers: number[]
  /** How many data rows the table has by its own account (aria-rowcount); not positive if missing. */
  declared: number
  /** How many columns it has by its own account (aria-colcount); not positive if missing. */
  width: number
  /** Why the rows cannot be relied on; a sentence. */
  fault?: string | undefined
  busy: boolean
}

const TOTAL = /^(?:grand |sub-?)?(?:totals?|sum)\b/i
/** More than a currency or a unit. */
const WORD = /\p{L}{4}/u

type Given = Pick<Collection, 'at' | 'names' | 'width' | 'fault' | 'busy'> & { count: number }

/** Without column headers, columns are empty and rows keep their width. */
export function toTable({ count, ...given }: Given, all: Row[]): Collection {
  const { columns, body } = layOut(all)
  const table: Collection = { ...given, is: 'table', columns, rows: [], numbers: [], declared: 0 }
  for (const [at, { cells, number }] of body.entries()) {
    const texts = cells.map(({ text }) => text)
    const separates = columns.length > 1 && new Set(cells).size === 1
    const isBlank = texts.every((text) => text === '')
    const sumsUp = isTotal(cells, columns.length, at === body.length - 1)
    if (isBlank || separates || sumsUp) continue
    const isOdd = sumsUp === undefined || (columns.length > 0 && cells.length !== columns.length)
    const reason = `A row does not fit the columns: “${texts.join(' | ')}”. Nothing was extracted.`
    if (isOdd) table.fault ??= reason
    table.rows.push(texts)
    table.numbers.push(number)
  }
  // The page counts headers, footers and separators too.
  table.declared = count - (all.length - table.rows.length)
  return table
}

/**
 * Whether a row is a total: it begins with "Total", and has a gap or a spanning cell, or is the last of two columns.
 * Otherwise Total may be a name. undefined if unclear: "Total Energies" with a gap and numbers may be either.
 */
function isTotal(cells: Cell[], width: number, isLast: boolean): boolean | undefined {
  const [first = '', ...others] = cells.map(({ text }) => text).filter((text) => text !== '')
  if (!TOTAL.test(first)) return false
  if (cells.length < width || cells.some(({ wide }) => wide > 1)) return true
  const gaps = cells.some(({ text }) => text === '')
  if (!/\p{L}/u.test(first.replace(TOTAL, ''))) return gaps || (isLast && width < 3)
  return gaps && !others.some((text) => WORD.test(text)) ? undefined : false
}

/** The column names and the rows of the body, every cell repeated over the columns and rows that it spans. */
function layOut(rows: Row[]) {
  const grid = spread(rows)
  const inHead = grid.filter(({ part }) => part === 'head').length
  const firstData = rows.findIndex(({ cells }) => !cells.every(({ header }) => header))
  const heads = inHead || (firstData < 0 ? rows.length : firstData)
  const above = grid.slice(0, heads).map(({ cells }) => cells.map(({ text }) => text))
  const width = Math.max(0, ...above.map(({ length }) => length))
  const columns = Array.from({ length: width }, (_, at) =>
    [...new Set(above.map((texts) => texts[at] ?? ''))].join(' ').trim(),
  )
  const body = grid.slice(heads).filter(({ part }) => part !== 'foot')
  return { columns, heads, grid, body }
}

function spread(rows: Row[]): Row[] {
  const falling: ({ cell: Cell; left: number } | undefined)[] = []
  return rows.map((row) => {
    const cells: Cell[] = []
    const fall = (): void => {
      for (let above; (above = falling[cells.length]) && above.left > 0;) {
        above.left -= 1
        cells.push(above.cell)
      }
    }
    for (const cell of row.cells) {
      fall()
      for (let count = 0; count < cell.wide; count += 1) {
        falling[cells.length] = { cell, left: cell.deep - 1 }
        cells.push(cell)
      }
    }
    fall()
    return { ...row, cells }
  })
}

/**
 * The labelled values of a table: rows with a header and one value, and the value in each column of a header or total row
 * ("Total" and "Amount": the total amount). Rows of two plain cells count only in a table without headers.
 */
export function valuesIn(names: string[], rows: Row[]): Collection[] {
  const { columns, heads, grid } = layOut(rows)
  const plain = rows.every(
    ({ cells }) => cells.length === 2 && cells.every(({ header }) => !header),
  )
  return grid.flatMap(({ cells, part }, at) => {
    const [first] = cells
    const isHead = at < heads && cells.every(({ header }) => header)
    const labels = first?.header || part === 'foot' || TOTAL.test(first?.text ?? '')
    if (!first || isHead || !(labels || plain)) return []
    const others = [...cells.entries()].filter(([, cell]) => cell !== first && cell.text !== '')
    return others.flatMap(([column, { text }]) => {
      const inColumn = `${first.text} ${columns[column] ?? ''}`.trim()
      const said = others.length === 1 ? [first.text, inColumn] : [inColumn]
      return said.map((label) => toValue(names, label, text))
    })
  })
}

const PLAIN = { at: -1, numbers: [], declared: 0, width: 0, busy: false }

export function toValue(names: string[], label: string, value: string, fault?: string): Collection {
  const columns = [label.replace(/\s*:$/, '')]
  return { ...PLAIN, is: 'value', names, columns, rows: [[value]], fault }
}

/**
 * Merges tables that a page draws as two, so that the header stays in view: one with headers and without rows, then one
 * with rows and without headers. Other tables without headers are dropped, and values without a label.
 */
export function joinHeads(all: Collection[]): Collection[] {
  const tables = all.filter(({ is }) => is === 'table')
  const joined = new Map<Collection, Collection>()
  for (const [at, body] of tables.entries()) {
    const head = tables[at - 1]
    const isAlone = head?.rows.length === 0 && head.columns.length === body.rows[0]?.length
    if (!hasHead(body) && isAlone)
      joined.set(head, { ...body, names: head.names, columns: head.columns })
  }
  return all.flatMap((one) => {
    const isBlank = one.is === 'value' && one.rows[0]?.[0] === ''
    return (one.is === 'list' || hasHead(one)) && !isBlank ? [joined.get(one) ?? one] : []
  })
}

const hasHead = ({ columns }: Collection): boolean => columns.some((column) => column !== '')
