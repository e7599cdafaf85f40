/** What the page has to extract, for refusals. */
import type { Collection } from './tables.ts'

const MOST = 8
const FEW_VALUES = 5
const SHORT = 30

export function describeCollections(collections: Collection[]): string {
  const said = collections.filter(({ is, rows }) => is === 'table' || rows.length > 0).map(describe)
  if (said.length === 0) return 'The page has no table with column headers and no list.'
  return `The page has ${said.slice(0, MOST).join('; ')}.`
}

function describe({ is, names, columns, rows }: Collection): string {
  const name = `“${names[0] ?? ''}”`
  if (is === 'list') return `the list ${name}`
  const said = columns.flatMap((column, at) => {
    const cells = rows.map((row) => row[at] ?? '')
    return column === '' ? [] : [`“${column}”${fewValues(cells)}`]
  })
  return `the table ${name} with the columns ${said.join(', ')}`
}

/** ` (Open, Paid)`: the values of a column that repeats a few short ones, which a sentence can filter by. */
function fewValues(cells: string[]): string {
  const values = [...new Set(cells)]
  const few = values.length <= FEW_VALUES && values.length < cells.length
  return few && values.every((value) => value !== '' && value.length < SHORT)
    ? ` (${values.join(', ')})`
    : ''
}
