/** Extracts what a phrase means, once the page has finished, and checked against the whole phrase. */
import type { Stage } from '../page/stage.ts'
import { attempted, quoteList, Refusal } from '../refusal.ts'
import { choose, type Target } from './choose.ts'
import { misfit } from './describe.ts'
import { filtersFor, keep } from './filters.ts'
import { readHoldings } from './read.ts'
import { readAllRows } from './rows.ts'
import type { Collection } from './read.ts'

/** A row as an object: the column headers of the page, verbatim, with the texts of the cells. */
type Row = Record<string, string>

export interface Extracted {
  /** One column or list as strings; several columns, or whole rows, as objects. */
  value: string | string[] | Row[]
  /** Its label or column header. */
  from: string
}

/**
 * "Extract all …" looks for columns and lists, "extract the …" for a label first, then for the only cell that the phrase
 * fits; an array comes only for a plural ("the invoice numbers").
 */
export async function extract(
  stage: Stage,
  { kind, what }: { kind: 'extract' | 'extract-all'; what: string },
): Promise<Extracted> {
  const isOne = kind === 'extract'
  const target = await waitForTarget(stage, isOne, (collections) => choose(what, collections))
  const { collection, columns, asRows, phrase } = target
  const from = collection.columns[columns[0] ?? 0] ?? ''
  const rows = await readTarget(stage, target)
  const values = asRows ? toObjects(target, rows) : rows.map((row) => row[columns[0] ?? 0] ?? '')
  const [only] = values
  if (collection.is !== 'value' && (!isOne || phrase.plural)) return { value: values, from }
  if (typeof only === 'string' && values.length === 1) return { value: only, from }
  const reason = `“${what}” fits ${values.length} rows; say of which, or ask for all.`
  throw new Refusal(misfit(reason, [{ ...collection, rows }], what).reason)
}

function toObjects({ collection, columns }: Target, rows: string[][]): Row[] {
  const headers = columns.map((column) => collection.columns[column] ?? '')
  const twice = headers.filter((header, at) => headers.indexOf(header) !== at)
  if (twice.length > 0)
    throw new Refusal(`More than one column is called ${quoteList(twice)}. Name the others.`)
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [headers[at] ?? '', row[column] ?? ''])),
  )
}

/** The rows of the target on all pages, with all their cells. */
export async function readTarget(stage: Stage, target: Target): Promise<string[][]> {
  const { collection, columns } = target
  if (collection.fault !== undefined) throw new Refusal(collection.fault)
  if (collection.is === 'value') return collection.rows
  const rows = await readAllRows(stage, collection)
  const filters = filtersFor(target, rows)
  const header = (column: number): string => collection.columns[column] ?? 'items'
  const by = filters.map(({ column, value }) => `, only where “${header(column)}” is “${value}”`)
  const of = `${quoteList(columns.map(header))} of “${collection.names[0] ?? ''}”`
  stage.log(`took ${of}${by.join('')}`)
  return keep(rows, filters)
}

/**
 * The target, when the page is idle and complete: it may still be loading before, and a better match may appear. A value
 * must be the same in two looks, because it may be a placeholder.
 */
export async function waitForTarget(
  stage: Stage,
  withValues: boolean,
  chosen: (collections: Collection[]) => Target,
): Promise<Target> {
  let last: Target | Refusal | undefined
  let before: string | undefined
  const sure = await stage.until(async (pulse) => {
    const { collections } = await readHoldings(stage.page(), withValues)
    const found = attempted(() => chosen(collections))
    last = found
    if (found instanceof Refusal || !stage.isIdle()) return undefined
    const { is, rows } = found.collection
    if (is !== 'value') return pulse.startsWith('complete') && rows.length > 0 ? found : undefined
    const isSame = rows[0]?.[0] === before
    before = rows[0]?.[0]
    return isSame ? found : undefined
  })
  const target = sure ?? last ?? new Refusal('The page kept changing.')
  if (target instanceof Refusal) throw target
  if (!sure && target.collection.is === 'value')
    throw new Refusal(`“${target.phrase.text}” kept changing.`)
  return target
}
