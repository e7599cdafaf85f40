/** Extracts into the shape of a schema, whose properties are columns and labels of the page. */
import type { Json } from '../../../api/types.ts'
import type { Stage } from '../page/stage.ts'
import { Misfit, Refusal } from '../refusal.ts'
import { extractAll } from './column.ts'
import { convert } from './convert.ts'
import { takeOnce, toRows } from './objects.ts'
import { OUTPUT, saysMore, type Wanted } from './plan.ts'
import type { Field, Shape } from './schema.ts'
import { findOne } from './value.ts'

/** @param what the words of the sentence, or the property's own name */
export async function extractShaped(
  stage: Stage,
  what: string,
  { field, taken }: Wanted,
): Promise<Json> {
  const { names, description, shape } = field
  const isOwn = names[0] === what
  const says = isOwn ? names : [what]
  const { json, from } = await filled(stage, says, description, shape, field.key)
  takeOnce(taken, from, field.key)
  return json
}

interface Found {
  json: Json
  /** Its label and value; '' if it has several. */
  from: string
}

/**
 * Extracts by each name, and also by a description that adds words. At least one name must match, and all results must be
 * equal.
 */
async function filled(
  stage: Stage,
  names: string[],
  description: string,
  shape: Shape,
  key: string,
): Promise<Found> {
  const found: Found[] = []
  const refusals: Refusal[] = []
  for (const name of names) {
    const one = await attempt(() => extractAs(stage, name, shape, key))
    if (one instanceof Refusal) refusals.push(one)
    else found.push(one)
  }
  const [first] = found
  if (!first) throw ofProperty(key, refusals[0] ?? new Refusal('It has no name.'))
  if (saysMore(description, names)) found.push(await extractAs(stage, description, shape, key))
  if (found.some(({ json }) => JSON.stringify(json) !== JSON.stringify(first.json)))
    throw new Refusal(`The name, title and description of “${key}” fit different values.`)
  return first
}

/** Adds the property to the reason. */
function ofProperty(key: string, refusal: Refusal): Refusal {
  const isNamed = key === OUTPUT || refusal.message.includes(`“${key}”`)
  if (!(refusal instanceof Misfit) || isNamed) return refusal
  return new Misfit(`The schema asks for “${key}”. ${refusal.reason}`, refusal.form)
}

async function attempt<T>(look: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

async function extractAs(stage: Stage, what: string, shape: Shape, key: string): Promise<Found> {
  if (shape.is === 'object') return { json: await toObject(stage, what, shape.fields), from: '' }
  if (shape.is === 'value') {
    const { value, from } = await findOne(stage, what)
    if (typeof value !== 'string')
      throw new Refusal(`“${what}” is a list, and “${key}” is to be one value.`)
    return { json: convert([value], shape, key)[0] ?? null, from: `${from}: ${value}` }
  }
  if (shape.items.is === 'object')
    return { json: await toRows(stage, what, shape.items.fields), from: '' }
  const items = await extractAll(stage, what)
  const texts = items.filter((item) => typeof item === 'string')
  if (shape.items.is === 'list' || texts.length < items.length)
    throw new Refusal(`“${what}” are rows, and the schema wants “${key}” to be a list of values.`)
  return { json: convert(texts, shape.items, key), from: '' }
}

/** Extracts each property by its name: `total`, or `amount of INV-0003` if the sentence selects a row. */
async function toObject(stage: Stage, what: string, fields: Field[]): Promise<Json> {
  const taken = new Map<string, string>()
  const entries: [string, Json][] = []
  for (const { key, names, description, shape } of fields) {
    const says = names.map((name) => `${name} of ${what}`)
    const { json, from } = await filled(
      stage,
      says,
      description && `${description} of ${what}`,
      shape,
      key,
    )
    takeOnce(taken, from, key)
    entries.push([key, json])
  }
  return Object.fromEntries(entries)
}
