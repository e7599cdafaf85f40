/** "Extract all …": columns of a table through all its pages, or a list's items, checked against the whole phrase. */
import type { Stage } from '../page/stage.ts'
import { attempted, quoteList, Refusal } from '../refusal.ts'
import { chooseTarget, type Target } from './explain.ts'
import { filtersFor, keep } from './filters.ts'
import { readCollections, type Placed } from './page-data.ts'
import { readAllRows } from './paging.ts'

/** A row as an object: the column headers of the page, verbatim, with the texts of the cells. */
export type Row = Record<string, string>

/** One column or list as strings; several columns, or whole rows, as objects. */
export async function extractAll(stage: Stage, phrase: string): Promise<string[] | Row[]> {
  return valuesOf(stage, await waitForTarget(stage, phrase))
}

/** The meaning of a target, once it has been read. */
export async function valuesOf(stage: Stage, target: Target<Placed>): Promise<string[] | Row[]> {
  const { asRows, columns } = target
  const rows = await readTarget(stage, target)
  if (!asRows) return rows.map((row) => row[columns[0] ?? 0] ?? '')
  const headers = columns.map((column) => target.collection.columns[column] ?? '')
  const twice = headers.filter((header, at) => headers.indexOf(header) !== at)
  if (twice.length > 0) {
    throw new Refusal(`More than one column is called ${quoteList(twice)}. Name the others.`)
  }
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [headers[at] ?? '', row[column] ?? ''])),
  )
}

/** The rows of the target, with all their cells. */
export async function readTarget(stage: Stage, target: Target<Placed>): Promise<string[][]> {
  const { collection, columns } = target
  const rows = await readAllRows(stage, collection)
  const filters = filtersFor(target, rows)
  const headers = columns.flatMap((column) => collection.columns[column] ?? [])
  const by = filters
    .map(({ column, value }) => `, only where “${collection.columns[column]}” is “${value}”`)
    .join('')
  const what = headers.length === 0 ? 'the list' : `the column ${quoteList(headers)} of`
  stage.log(`took ${what} “${collection.names[0] ?? ''}”${by}`)
  return keep(rows, filters)
}

/** A page may still be loading, so a refusal or an empty table counts only when it has finished. */
export async function waitForTarget(
  stage: Stage,
  phrase: string,
  choose = chooseTarget<Placed>,
): Promise<Target<Placed>> {
  let last: Target<Placed> | Refusal | undefined
  const full = await stage.until(async (pulse) => {
    const collections = await readCollections(stage.page())
    const found = attempted(() => choose(phrase, collections))
    last = found
    // A better match may still appear.
    if (!pulse.startsWith('complete') || !stage.isIdle()) return undefined
    return found instanceof Refusal || found.collection.rows.length === 0 ? undefined : found
  })
  if (full) return full
  if (!last || last instanceof Refusal) throw last ?? new Refusal('The page kept changing.')
  return last
}
