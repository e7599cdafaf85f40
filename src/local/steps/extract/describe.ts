/** Says what can be extracted from the page where a phrase fits nothing. */
import { likeness, Misfit, nearest, quoteNearest, shorten } from '../refusal.ts'
import { formOf } from '../sentence/grammar.ts'
import type { Collection } from './read.ts'

const MOST_COLUMNS = 5
const FEW_VALUES = 5
const SHORT = 30

/** The refusal of a phrase, with the table or list that is nearest to its words, and the labels if they were read. */
export function misfit(reason: string, collections: Collection[], wanted: string): Misfit {
  const values = collections.filter(({ is }) => is === 'value')
  const labels = quoteNearest(
    values.flatMap(({ columns }) => columns),
    wanted,
  )
  const others = collections.filter(
    ({ is, rows }) => is === 'table' || (is === 'list' && rows.length > 0),
  )
  const offers = [describe(others, wanted), labels && `Its labels are ${labels}.`].filter(Boolean)
  const form = formOf(values.length > 0 ? 'extract' : 'extract-all')
  return new Misfit([reason, ...offers].join(' '), form)
}

function describe(all: Collection[], wanted: string): string {
  // At equal similarity, tables come before lists.
  const likenessTo = ({ is, names, columns }: Collection): number =>
    likest([names[0] ?? '', ...columns], wanted) + (is === 'table' ? 0.001 : 0)
  const [near] = nearest(all, likenessTo, 1)
  if (!near) return 'The page has no table with column headers and no list.'
  const more = all.length > 1 ? `, and ${all.length - 1} more` : ''
  const columns = near.is === 'list' ? '' : ` with the columns ${describeColumns(near, wanted)}`
  return `The page has the ${near.is} “${shorten(near.names[0] ?? '')}”${columns}${more}.`
}

function describeColumns({ columns, rows }: Collection, wanted: string): string {
  const all = columns.flatMap((column, at) => {
    const values = fewValues(rows.map((row) => row[at] ?? ''))
    return column === '' ? [] : [{ column, values }]
  })
  const likenessTo = ({ column, values }: (typeof all)[0]): number =>
    likest([column, ...values], wanted) + (values.length > 0 ? 0.1 : 0)
  const near = nearest(all, likenessTo, MOST_COLUMNS)
  const said = near.map(({ column, values }) =>
    values.length > 0 ? `“${shorten(column)}” (${values.join(', ')})` : `“${shorten(column)}”`,
  )
  return said.join(', ') + (all.length > near.length ? ` and ${all.length - near.length} more` : '')
}

/** `Open`, `Paid`: the values of a column that repeats a few short ones, by which a sentence can filter; otherwise []. */
function fewValues(cells: string[]): string[] {
  const values = [...new Set(cells)]
  const few = values.length <= FEW_VALUES && values.length < cells.length
  return few && values.every((value) => value !== '' && value.length < SHORT) ? values : []
}

const likest = (texts: string[], wanted: string): number =>
  Math.max(...texts.map((text) => likeness(text, wanted)))
