/** Extracts into the shape of a schema, whose properties are columns and labels of the page. */
import type { Json } from '../../../api/types.ts'
import type { Stage } from '../page/stage.ts'
import { attempted, Misfit, quoteList, Refusal } from '../refusal.ts'
import { choose, columnNamed, type Target } from './choose.ts'
import { convert } from './convert.ts'
import { misfit } from './describe.ts'
import { extract, readTarget, waitForTarget } from './extract.ts'
import { OUTPUT, type Field, type ValueShape } from './schema.ts'
import type { Collection } from './read.ts'

/**
 * @param what the words of the sentence, or the property's own
 * @param taken the labels and values that properties have used, and by which
 */
export async function extractShaped(
  stage: Stage,
  what: string,
  { key, shape }: Pick<Field, 'key' | 'shape'>,
  taken: Map<string, string>,
): Promise<Json> {
  if (shape.is === 'rows') return toRows(stage, what, shape.fields)
  if (shape.is === 'object') {
    const own = new Map<string, string>()
    const entries: [string, Json][] = []
    // `total of invoice 7`: the words may select a row, or be a heading above the label.
    for (const field of shape.fields)
      entries.push([
        field.key,
        await extractShaped(stage, `${field.names[0]} of ${what}`, field, own),
      ])
    return Object.fromEntries(entries)
  }
  const kind = shape.is === 'list' ? 'extract-all' : 'extract'
  const { value, from } = await extract(stage, { kind, what }).catch((error: unknown) => {
    const isNamed = key === OUTPUT || !(error instanceof Misfit)
    throw isNamed ? error : new Misfit(`The schema asks for “${key}”. ${error.reason}`, error.form)
  })
  if (shape.is === 'value') {
    if (typeof value !== 'string')
      throw new Refusal(`“${what}” is a list, and “${key}” is to be one value.`)
    takeOnce(taken, `${from}: ${value}`, key)
    return convert([value], shape, key)[0] ?? null
  }
  const texts = [value].flat().filter((text) => typeof text === 'string')
  if (texts.length < value.length)
    throw new Refusal(`“${what}” are rows, and the schema wants “${key}” to be a list of values.`)
  return convert(texts, shape.items, key)
}

/** The rows of the phrase, as objects. */
async function toRows(stage: Stage, what: string, fields: Field<ValueShape>[]): Promise<Json[]> {
  const target = await waitForTarget(stage, false, (all) => chooseRows(what, all, fields))
  const rows = await readTarget(stage, target)
  const at = columnsFor(target.collection, fields)
  const columns = fields.map(({ shape, key }, field) => {
    const cells = rows.map((row) => row[at[field] ?? 0] ?? '')
    return convert(cells, shape, key)
  })
  return rows.map((_, row) =>
    Object.fromEntries(fields.map(({ key }, field) => [key, columns[field]?.[row] ?? null])),
  )
}

/** The rows that the phrase names, among the tables that have a column for each property. */
function chooseRows(what: string, all: Collection[], fields: Field<ValueShape>[]): Target {
  const tables = all.filter(({ is }) => is === 'table')
  const tried = tables.map((table) => attempted(() => columnsFor(table, fields)))
  const fitting = tables.filter((_, at) => !(tried[at] instanceof Refusal))
  if (fitting.length > 0) return choose(what, fitting)
  const [only, second] = tried
  if (!second && only instanceof Refusal) throw only
  const keys = fields.map(({ key }) => key)
  throw misfit(`No table has a column for each of ${quoteList(keys)}.`, all, keys.join(' '))
}

/** The column of each property. */
function columnsFor(table: Collection, fields: Field<ValueShape>[]): number[] {
  const taken = new Map<string, string>()
  return fields.map(({ key, names: [name = key] }) => {
    const column = columnNamed(table, name)
    if (column === undefined) {
      const by = name === key ? '' : `, “${name}”`
      const reason = `The page does not explain the property “${key}” of the schema${by}.`
      throw misfit(reason, [table], name)
    }
    takeOnce(taken, table.columns[column] ?? '', key)
    return column
  })
}

/** A label that fits two properties, such as “Due date” for `date` and `due_date`, fills at most one. */
function takeOnce(taken: Map<string, string>, from: string, key: string): void {
  const other = taken.get(from)
  if (other !== undefined) {
    throw new Refusal(
      `“${from}” would be both “${other}” and “${key}”: the page does not tell them apart.`,
    )
  }
  taken.set(from, key)
}
