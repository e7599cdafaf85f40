/** Says what can be extracted from the page where a phrase fits nothing. */
import { likeness, Misfit, nearest, quoteNearest, shorten } from '../refusal.ts'
import { formOf } from '../sentence/grammar.ts'
import type { Collection } from './read.ts'

const MOST_COLUMNS = 5
const FEW_VALUES = 5
const SHORT = 30

/** The refusal of a phrase, with the table or list that is nearest to its words, and the labels if they were read. */
export function misfit(reason: string, collections: Collection[], wanted: string): Misfit {
  const tables = collections.filter(({ is }) => is === 'table')
  const lists = collections.filter(({ is, rows }) => is === 'list' && rows.length > 0)
  const labels = collections.flatMap(({ is, columns }) => (is === 'value' ? columns : []))
  const all = [...tables, ...lists]
  const [near] = nearest(all, ({ names, columns }) => likest([...names, ...columns], wanted), 1)
  const more = all.length > 1 ? `, and ${all.length - 1} more` : ''
  const offers = near
    ? ` The page has the ${near.is} “${shorten(near.names[0] ?? '')}”${columnsOf(near, wanted)}${more}.`
    : ' The page has no table with column headers and no list.'
  const rest = labels.length > 0 ? ` Its labels are ${quoteNearest(labels, wanted)}.` : ''
  const form = formOf(labels.length > 0 ? 'extract' : 'extract-all')
  return new Misfit(reason + offers + rest, form)
}

function columnsOf({ columns, rows }: Collection, wanted: string): string {
  const all = columns.flatMap((column, at) => {
    const values = fewValues(rows.map((row) => row[at] ?? ''))
    const few = values.length > 0 ? ` (${values.join(', ')})` : ''
    const score = likest([column, ...values], wanted) + (few === '' ? 0 : 0.1)
    return column === '' ? [] : [{ said: `“${shorten(column)}”${few}`, score }]
  })
  const near = nearest(all, ({ score }) => score, MOST_COLUMNS).map(({ said }) => said)
  const more = all.length > near.length ? ` and ${all.length - near.length} more` : ''
  return near.length > 0 ? ` with the columns ${near.join(', ')}${more}` : ''
}

/** `Open`, `Paid`: the values of a column that repeats a few short ones, by which a sentence can filter; otherwise []. */
function fewValues(cells: string[]): string[] {
  const values = [...new Set(cells)]
  const few = values.length <= FEW_VALUES && values.length < cells.length
  return few && values.every((value) => value !== '' && value.length < SHORT) ? values : []
}

const likest = (texts: string[], wanted: string): number =>
  Math.max(...texts.map((text) => likeness(text, wanted)))
