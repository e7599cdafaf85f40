/** Reads a JSON schema into the few shapes that a page can fill, and validates the result. */
import type { Schema as Rules } from 'jsonschema'
import type { Json } from '../../../api/types.ts'
import { isObject } from '../../checks.ts'
import { quoteList, Refusal, shorten } from '../refusal.ts'

export interface ValueShape {
  is: 'value'
  type: 'string' | 'number' | 'integer' | 'boolean'
  orNull: boolean
}
export type Shape =
  | ValueShape
  | { is: 'list'; items: ValueShape }
  | { is: 'rows'; fields: Field<ValueShape>[] }
  | { is: 'object'; fields: Field[] }

/** A property, or the whole output. */
export interface Field<S = Shape> {
  key: string
  /** Description, title, and key in words, as far as given. The first is looked for on the page. */
  names: string[]
  /** '' if missing. */
  description: string
  shape: S
}

export interface Schema {
  whole: Field
  /** Throws a Refusal unless the output fits. */
  check(output: Json): Promise<void>
}

type Node = { [key: string]: Json }

/** The key of the whole output. */
export const OUTPUT = 'the output'
/** The deepest nesting. A deeper schema refers to itself. */
const DEEPEST = 8
const VALUES = new Set(['string', 'number', 'integer', 'boolean'])

/** Throws a Refusal for a schema that a page cannot fill. */
export function readSchema(given: Json): Schema {
  if (!isObject(given)) throw new Refusal('The schema is not a JSON object.')
  const { shape, description } = fieldOf('', given, given, 0)
  return {
    whole: { key: OUTPUT, names: [description || 'rows'], description, shape },
    async check(output) {
      const { validate } = await import('jsonschema')
      const [error] = validate(output, given as Rules).errors
      if (!error) return
      const at = error.path.length === 0 ? OUTPUT : `“${shorten(error.path.join('.'))}”`
      throw new Refusal(
        `What the page says does not fit the schema: ${at} ${shorten(error.message)}.`,
      )
    },
  }
}

function fieldOf(key: string, given: Json | undefined, root: Node, depth: number): Field {
  if (depth > DEEPEST) throw new Refusal('The schema is too deep, or refers to itself.')
  const what = key === '' ? 'The schema' : `“${shorten(key)}”`
  const node = resolved(given, root, depth)
  const { title, properties, items, enum: values } = node
  const isNumeric = Array.isArray(values) && values.every((value) => typeof value === 'number')
  const guessed = properties ? 'object' : items ? 'array' : isNumeric ? 'number' : 'string'
  const types = [node['type'] ?? guessed].flat()
  const [type = '', second] = types.filter((one) => one !== 'null').map(String)
  const item = type === 'array' && items ? fieldOf(key, items, root, depth + 1) : undefined
  const description = `${said(node['description'])} ${item?.description ?? ''}`.trim()
  const names = [description, said(title), inWords(key)].filter(Boolean)
  const field = (shape: Shape): Field => ({ key, names, description, shape })
  if (type === 'object' && isObject(properties)) {
    const parts = Object.entries(properties)
    return field({
      is: 'object',
      fields: parts.map(([name, part]) => fieldOf(name, part, root, depth + 1)),
    })
  }
  if (item?.shape.is === 'value') return field({ is: 'list', items: item.shape })
  if (item?.shape.is === 'object' && item.shape.fields.every(isValue))
    return field({ is: 'rows', fields: item.shape.fields })
  if (item)
    throw new Refusal(
      `${what} is a list of more than values, and a cell of a table holds one value.`,
    )
  if (second === undefined && VALUES.has(type))
    return field({ is: 'value', type: type as ValueShape['type'], orNull: types.includes('null') })
  const all = quoteList(types.map(String))
  throw new Refusal(`${what} has the type ${all}, without properties or items that fill it.`)
}

const said = (text: Json | undefined): string => (typeof text === 'string' ? text.trim() : '')

const isValue = (field: Field): field is Field<ValueShape> => field.shape.is === 'value'

/** The node behind a reference. A choice may leave open only whether there is a value. */
function resolved(given: Json | undefined, root: Node, depth: number): Node {
  if (depth > DEEPEST) throw new Refusal('The schema is too deep, or refers to itself.')
  const { $ref, allOf, anyOf, oneOf, ...own } = isObject(given) ? given : {}
  if (typeof $ref === 'string') {
    let found: Json | undefined = root
    for (const key of $ref.replace(/^#\//, '').split('/'))
      found = isObject(found) ? found[key] : undefined
    if (!isObject(found))
      throw new Refusal(`The schema refers to “${shorten($ref)}”, which it lacks.`)
    return { ...resolved(found, root, depth + 1), ...own }
  }
  const choices = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []))
  const others = choices.filter((choice) => !(isObject(choice) && choice['type'] === 'null'))
  if (others.length > 1) throw new Refusal('The schema leaves open what a value is (anyOf, allOf).')
  if (choices.length === 0) return own
  const merged: Node = { ...resolved(others[0], root, depth + 1), ...own }
  if (others.length < choices.length) merged['type'] = [merged['type'] ?? 'string', 'null'].flat()
  return merged
}

/** `invoiceNumber`, `invoice_number` → `invoice number`. */
function inWords(key: string): string {
  return key
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[_.\s]+|(?<!\be)-/giu, ' ')
    .trim()
}
