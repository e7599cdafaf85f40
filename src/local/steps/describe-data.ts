/** What the page has to extract, for refusals. */
import type { Collection } from './tables.ts'

/** The tables and lists, with the values of columns that have few. */
export function describeCollections(collections: Collection[]): string {
  const said = collections.flatMap(({ is, names, columns, rows }) => {
    if (rows.length === 0 && is === 'list') return []
    const name = `“${names[0] ?? ''}”`
    return is === 'list'
      ? [`the list ${name}`]
      : [
          `the table ${name} with the columns ${columns
            .map((column, at) =>
              describeColumn(
                column,
                rows.map((row) => row[at] ?? ''),
              ),
            )
            .join(', ')}`,
        ]
  })
  return said.length > 0
    ? `The page has ${said.slice(0, 8).join('; ')}.`
    : 'The page has no table with column headers and no list.'
}

const FEW = 5

function describeColumn(column: string, cells: string[]): string {
  const values = [...new Set(cells)]
  const few =
    values.length <= FEW &&
    values.length < cells.length &&
    values.every((value) => value.length < 30)
  return few ? `“${column}” (${values.join(', ')})` : `“${column}”`
}
