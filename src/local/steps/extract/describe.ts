/** Names what can be extracted from the page for refusals, nearest first. */
import { likeness, nearest, shorten } from '../refusal.ts'
import type { Collection } from './tables.ts'

const MOST_COLUMNS = 5
const FEW_VALUES = 5
const SHORT = 30

/** @param wanted the words of the prompt */
export function describeCollections(collections: Collection[], wanted: string): string {
  const all = collections.filter(({ is, rows }) => is === 'table' || rows.length > 0)
  const [near] = nearest(all, (one) => likenessTo(one, wanted), 1)
  if (!near) return 'The page has no table with column headers and no list.'
  const more = all.length > 1 ? `, and ${all.length - 1} more` : ''
  return `The page has ${describe(near, wanted)}${more}.`
}

/** At equal similarity, tables come before lists. */
const likenessTo = ({ is, names, columns }: Collection, wanted: string): number =>
  Math.max(...[names[0] ?? '', ...columns].map((text) => likeness(text, wanted))) +
  (is === 'table' ? 0.001 : 0)

function describe({ is, names, columns, rows }: Collection, wanted: string): string {
  const name = `“${shorten(names[0] ?? '')}”`
  if (is === 'list') return `the list ${name}`
  const all = columns.flatMap((column, at) => {
    const values = fewValues(rows.map((row) => row[at] ?? ''))
    return column === '' ? [] : [{ column, values }]
  })
  const near = nearest(
    all,
    ({ column, values }) =>
      Math.max(...[column, ...values].map((text) => likeness(text, wanted))) +
      (values.length > 0 ? 0.1 : 0),
    MOST_COLUMNS,
  )
  const said = near.map(({ column, values }) =>
    values.length > 0 ? `“${shorten(column)}” (${values.join(', ')})` : `“${shorten(column)}”`,
  )
  const more = all.length > near.length ? ` and ${all.length - near.length} more` : ''
  return `the table ${name} with the columns ${said.join(', ')}${more}`
}

/** `Open`, `Paid`: the values of a column that repeats a few short ones, by which a sentence can filter; otherwise []. */
function fewValues(cells: string[]): string[] {
  const values = [...new Set(cells)]
  const few = values.length <= FEW_VALUES && values.length < cells.length
  return few && values.every((value) => value !== '' && value.length < SHORT) ? values : []
}
