/** Rows of a table as objects of a schema: each property is a column. */
import type { Json } from '../../../api/types.ts'
import type { Stage } from '../page/stage.ts'
import { attempted, Misfit, quoteList, quoteNearest, Refusal } from '../refusal.ts'
import { formOf } from '../sentence/grammar.ts'
import { includesAll, toPhrase } from '../sentence/phrase.ts'
import { headerWords } from '../sentence/words.ts'
import { readTarget, waitForTarget } from './column.ts'
import { convert } from './convert.ts'
import { describeCollections } from './describe.ts'
import { chooseOne, chooseTarget, nameWords, type Target } from './explain.ts'
import { EXCLUDES } from './facts.ts'
import type { Placed } from './page-data.ts'
import { saysMore } from './plan.ts'
import type { Field } from './schema.ts'
import type { Collection } from './tables.ts'

/** Returns the value of each row. */
type Reader = (rows: string[][]) => Json[]

/** The rows of the phrase, as objects. */
export async function toRows(stage: Stage, what: string, fields: Field[]): Promise<Json[]> {
  const target = await waitForTarget(stage, what, (text, all) => chooseRows(text, all, fields))
  const rows = await readTarget(stage, target)
  return objectsOf(target.collection, fields)(rows)
}

/** The rows that the phrase names, among the tables that have a column for each property. */
function chooseRows(text: string, all: Placed[], fields: Field[]): Target<Placed> {
  const tables = all.filter(({ is }) => is === 'table')
  const tried = tables.map((table) => ({ table, fits: attempted(() => objectsOf(table, fields)) }))
  const fitting = tried.flatMap(({ table, fits }) => (fits instanceof Refusal ? [] : [table]))
  if (fitting.length > 0) return chooseTarget(text, fitting)
  const refusals = tried.map(({ fits }) => fits).filter((fits) => fits instanceof Refusal)
  if (refusals.length === 1 && refusals[0]) throw refusals[0]
  const wanted = fields.map(({ key }) => key)
  const offers = describeCollections(all, wanted.join(' '))
  throw new Misfit(
    `No table has a column for each of ${quoteList(wanted)}. ${offers}`,
    formOf('extract-all'),
  )
}

function objectsOf(table: Collection, fields: Field[], outer = ''): Reader {
  const taken = new Map<string, string>()
  const readers = fields.map((field): [string, Reader] => {
    const { key, names, shape } = field
    const says = names.map((name) => `${outer} ${name}`.trim())
    if (shape.is === 'list')
      throw new Refusal(`“${key}” is to be a list in each row, and a cell holds one value.`)
    if (shape.is === 'object') return [key, objectsOf(table, shape.fields, says[0])]
    const column = columnFor(table, { ...field, names: says })
    takeOnce(taken, table.columns[column] ?? '', key)
    return [
      key,
      (rows) =>
        convert(
          rows.map((row) => row[column] ?? ''),
          shape,
          key,
        ),
    ]
  })
  return (rows) => {
    const columns = readers.map(([key, read]): [string, Json[]] => [key, read(rows)])
    return rows.map((_, at) =>
      Object.fromEntries(columns.map(([key, values]) => [key, values[at] ?? null])),
    )
  }
}

function columnFor(table: Collection, { key, names, description }: Field): number {
  const found = names.map((name) => columnNamed(table, name)).filter((at) => at !== undefined)
  const [first] = found
  const more = saysMore(description, [...names, table.columns[first ?? 0] ?? ''])
  const described = more ? columnNamed(table, description) : first
  const all = [...new Set([...found, described])]
  if (first !== undefined && all.length === 1) return first
  const headers = table.columns.filter((header) => header !== '')
  const near = quoteNearest(headers, names.join(' '))
  const reason =
    found.length > 0 && described === undefined
      ? `The page does not explain the description of “${key}”, “${description}”.`
      : found.length > 0
        ? `The name, title and description of “${key}” fit different columns.`
        : `The page does not explain the property “${key}” of the schema.`
  throw new Misfit(
    `${reason} The table “${table.names[0] ?? ''}” has the columns ${near}. Nothing was extracted.`,
    formOf('extract-all'),
  )
}

/** The only column for which the header and the table's names explain every word. */
function columnNamed(table: Collection, name: string): number | undefined {
  const target = attempted(() => chooseOne(toPhrase(name), [table]))
  if (target instanceof Refusal || target.asRows) return undefined
  const { columns, rest, phrase } = target
  const [column = 0] = columns
  const context = nameWords(table.names).flat()
  const isExplained = rest.every(({ words }) => includesAll(context, words))
  const unsaid = headerWords(table.columns[column] ?? '').filter(
    (word) => !phrase.words.includes(word),
  )
  return isExplained && !unsaid.some((word) => EXCLUDES.has(word)) ? column : undefined
}

/** A label that fits two properties, such as “Due date” for `date` and `due_date`, fills at most one. */
export function takeOnce(taken: Map<string, string>, from: string, key: string): void {
  const other = taken.get(from)
  if (from !== '' && other !== undefined) {
    throw new Refusal(
      `“${from}” would be both “${other}” and “${key}”: the page tells them apart by no name.`,
    )
  }
  taken.set(from, key)
}
