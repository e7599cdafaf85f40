/** "Extract all …": a table's column through all its pages, or a list's items, checked against the whole phrase. */
import { chooseTarget, type Target } from './explain.ts'
import { filtersFor, keep } from './filters.ts'
import { readPageData, type Collection } from './page-data.ts'
import { readAllRows } from './paging.ts'
import { Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'

export async function extractAll(stage: Stage, phrase: string): Promise<string[]> {
  const target = await waitForTarget(stage, phrase)
  const rows = await readAllRows(stage, target.collection)
  const filters = filtersFor(target, rows, phrase)
  const header = target.collection.columns[target.column]
  const by = filters
    .map(({ column, value }) => `, only where “${target.collection.columns[column]}” is “${value}”`)
    .join('')
  stage.log(
    `took ${header === undefined ? 'the list' : `the column “${header}” of`} “${target.collection.names[0] ?? ''}”${by}`,
  )
  return keep(rows, filters).map((row) => row[target.column] ?? '')
}

/** A page that is still loading has no such table yet, so a refusal counts only once the page is done. */
async function waitForTarget(stage: Stage, phrase: string): Promise<Target> {
  let refusal: Refusal | undefined
  const target = await stage.until(async () => {
    const { parts } = await readPageData(stage.page())
    const collections: Collection[] = parts.filter((part) => part.is !== 'control')
    try {
      const found = chooseTarget(phrase, collections)
      refusal = undefined
      return found.collection.rows.length > 0 ? found : undefined
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refusal = error
      return undefined
    }
  })
  if (target) return target
  if (refusal) throw refusal
  const { parts } = await readPageData(stage.page())
  return chooseTarget(
    phrase,
    parts.filter((part) => part.is !== 'control'),
  )
}
