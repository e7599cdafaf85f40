/** "Extract all …": a table's column through all its pages, or a list's items, checked against the whole phrase. */
import { chooseTarget, type Target } from './explain.ts'
import { filtersFor, keep } from './filters.ts'
import { readCollections } from './page-data.ts'
import { readAllRows } from './paging.ts'
import { attempted, Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'

export async function extractAll(stage: Stage, phrase: string): Promise<string[]> {
  const target = await waitForTarget(stage, phrase)
  const rows = await readAllRows(stage, target.collection)
  const filters = filtersFor(target, rows)
  const header = target.collection.columns[target.column]
  const by = filters
    .map(({ column, value }) => `, only where “${target.collection.columns[column]}” is “${value}”`)
    .join('')
  stage.log(
    `took ${header === undefined ? 'the list' : `the column “${header}” of`} “${target.collection.names[0] ?? ''}”${by}`,
  )
  return keep(rows, filters).map((row) => row[target.column] ?? '')
}

/** A page that is still loading has no such table yet, so a refusal or an empty table counts only once the page is done. */
async function waitForTarget(stage: Stage, phrase: string): Promise<Target> {
  let last: Target | Refusal | undefined
  const full = await stage.until(async (pulse) => {
    const collections = await readCollections(stage.page())
    const found = attempted(() => chooseTarget(phrase, collections))
    last = found
    // One that fits better may still come.
    if (!pulse.startsWith('complete') || !stage.isIdle()) return undefined
    return found instanceof Refusal || found.collection.rows.length === 0 ? undefined : found
  })
  if (full) return full
  if (!last || last instanceof Refusal) throw last ?? new Refusal('The page kept changing.')
  return last
}
