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
export type Shape = ValueShape | { is: 'list'; items: Shape } | { is: 'object'; fields: Field[] }

/** A property. */
export interface Field {
  key: string
  /** Its possible names on the page: the property name in words, and the title. */
  names: string[]
  /** Its description; '' if missing. */
  description: string
  shape: Shape
}

export interface Schema {
  shape: Shape
  /** The description of the whole; '' if missing. */
  description: string
  /** Throws a Refusal unless the output fits. */
  check(output: Json): Promise<void>
}

type Node = { [key: string]: Json }

/** The deepest nesting. A deeper schema refers to itself. */
const DEEPEST = 8
const FEW = 3
const VALUES = new Set(['string', 'number', 'integer', 'boolean'])

/** Throws a Refusal for a schema that a page cannot fill. */
export function readSchema(given: Json): Schema {
  if (!isObject(given)) throw new Refusal('The schema is not a JSON object.')
  const rules = inlined(given, given, 0)
  return {
    shape: shapeOf(rules, 'The schema'),
    description: describes(rules),
    async check(output) {
      const { validate } = await import('jsonschema')
      const { errors } = validate(output, rules as Rules)
      if (errors.length === 0) return
      const said = errors.slice(0, FEW).map(({ path, message }) => {
        const at = path.length === 0 ? 'the output' : `“${shorten(path.join('.'))}”`
        return `${at} ${shorten(message)}`
      })
      const more = errors.length > FEW ? ` (and ${errors.length - FEW} more)` : ''
      throw new Refusal(`What the page says does not fit the schema: ${said.join('; ')}${more}.`)
    },
  }
}

/** Resolves references, and unifies the forms of a nullable value. */
function inlined(node: Json | undefined, root: Node, depth: number): Node {
  if (!isObject(node)) return {}
  if (depth > DEEPEST) throw new Refusal('The schema is too deep, or refers to itself.')
  const { $ref, allOf, anyOf, oneOf, nullable, properties, items, $defs: _, ...own } = node
  const again = (part: Json | undefined): Node => inlined(part, root, depth + 1)
  if (typeof $ref === 'string') return { ...again(target($ref, root)), ...own }
  const choices = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []))
  const others = choices.filter((choice) => !(isObject(choice) && choice['type'] === 'null'))
  if (others.length > 1) throw new Refusal('The schema leaves open what a value is (anyOf, allOf).')
  const merged: Node = { ...(others.length === 1 ? again(others[0]) : {}), ...own }
  if (nullable === true || others.length < choices.length)
    merged['type'] = [merged['type'] ?? 'string', 'null'].flat() as Json
  if (isObject(items)) merged['items'] = again(items)
  if (isObject(properties)) {
    const parts = Object.entries(properties).map(([key, part]) => [key, again(part)])
    merged['properties'] = Object.fromEntries(parts)
  }
  return merged
}

function target(ref: string, root: Node): Node {
  const path = /^#\/(.+)$/.exec(ref)?.[1]?.split('/') ?? ['']
  const found = path.reduce<Json | undefined>(
    (at, key) => (isObject(at) ? at[key] : undefined),
    root,
  )
  if (!isObject(found)) throw new Refusal(`The schema refers to “${shorten(ref)}”, which it lacks.`)
  return found
}

/** @param what names it in a refusal */
function shapeOf(node: Node, what: string): Shape {
  const { properties, items } = node
  const types = [node['type'] ?? guessed(node)].flat()
  const [type, second] = types.filter((one) => one !== 'null').map(String)
  if (type === 'object' && isObject(properties)) {
    const fields = Object.entries(properties).map(([key, part]) => fieldOf(key, part as Node))
    return { is: 'object', fields }
  }
  if (type === 'array' && isObject(items))
    return { is: 'list', items: shapeOf(items, `An item of ${what}`) }
  if (type === undefined || second !== undefined || !VALUES.has(type)) {
    const all = quoteList(types.map(String))
    throw new Refusal(`${what} has the type ${all}, without properties or items that fill it.`)
  }
  return { is: 'value', type: type as ValueShape['type'], orNull: types.includes('null') }
}

function guessed({ properties, items, enum: values }: Node): string {
  if (properties !== undefined) return 'object'
  if (items !== undefined) return 'array'
  const isNumeric = Array.isArray(values) && values.every((value) => typeof value === 'number')
  return isNumeric ? 'number' : 'string'
}

function fieldOf(key: string, part: Node): Field {
  const { title } = part
  const names = [inWords(key), typeof title === 'string' ? title.trim() : '']
  return {
    key,
    names: [...new Set(names.filter(Boolean))],
    description: describes(part),
    shape: shapeOf(part, `“${shorten(key)}”`),
  }
}

/** The descriptions of a value and of the items of a list. */
function describes({ description, items }: Node): string {
  const own = typeof description === 'string' ? description.trim() : ''
  return isObject(items) ? `${own} ${describes(items)}`.trim() : own
}

/** `invoiceNumber`, `invoice_number` → `invoice number`. */
function inWords(key: string): string {
  return key
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[_.\s]+|(?<!\be)-/giu, ' ')
    .trim()
}
