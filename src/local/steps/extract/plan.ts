/** Assigns the sentences of a prompt to the properties of a schema. Pure. */
import { quoteList, quoteNearest, Refusal, shorten } from '../refusal.ts'
import { cutAtPreposition, includesAll, toPhrase } from '../sentence/phrase.ts'
import type { Step } from '../sentence/step.ts'
import { isStopWord } from '../sentence/words.ts'
import type { Field, Schema } from './schema.ts'

type Extraction = Extract<Step, { what: string }>

/** The target of an extraction: a property of the schema, or the whole schema if `key` is missing. */
export interface Wanted {
  key?: string
  field: Field
  /** Labels and values that other properties have used. */
  taken: Map<string, string>
}

/** Used as the key if a sentence fills the whole schema. */
export const OUTPUT = 'the output'

/** Property names without a meaning. */
const HOLDS_ANYTHING = /^(?:data|entries|items|list|output|records|results?|rows|table)$/i

/**
 * The steps, and the target of each extraction. A property without a sentence is extracted at the end, by its own name. A
 * sentence without a property is refused.
 */
export function planFor(
  { shape, description }: Schema,
  steps: Step[],
): { steps: Step[]; wanted: Map<Step, Wanted> } {
  const extractions = steps.filter((step): step is Extraction => 'what' in step)
  const whole: Field = { key: OUTPUT, names: [], description, shape }
  const wanted = new Map<Step, Wanted>()
  const taken = new Map<string, string>()
  if (shape.is !== 'object') {
    const [only, second] = extractions
    if (second) throw new Refusal('The schema takes one extraction, and the prompt has several.')
    if (only) return { steps, wanted: wanted.set(only, { field: whole, taken }) }
    const all: Step = { kind: 'extract-all', what: 'rows' }
    return { steps: [...steps, all], wanted: wanted.set(all, { field: whole, taken }) }
  }
  const said = [
    ...extractions.map(({ what }) => what),
    ...shape.fields.flatMap(({ names }) => names),
  ]
  if (saysMore(description, said)) {
    throw new Refusal(
      `The schema says “${shorten(description)}”, which is more than its properties do. Say it in the prompt.`,
    )
  }
  whole.description = ''
  const open: Field[] = []
  for (const field of shape.fields) {
    const left = extractions.filter((step) => !wanted.has(step))
    const [step, second] = left.filter(({ what }) => isMeantBy(field, what, shape.fields.length))
    if (step && second) {
      const both = quoteList([step.what, second.what])
      throw new Refusal(`The property “${field.key}” of the schema fits both ${both}.`)
    }
    if (step) wanted.set(step, { key: field.key, field, taken })
    else open.push(field)
  }
  const only = extractions.find((step) => !wanted.has(step))
  if (only && extractions.length === 1 && shape.fields.every(({ shape: { is } }) => is === 'value'))
    return { steps, wanted: wanted.set(only, { field: whole, taken }) }
  if (only) {
    const keys = quoteNearest(
      shape.fields.map(({ key }) => key),
      only.what,
    )
    throw new Refusal(
      `The schema has no property for “${only.what}”. Its properties are ${keys || 'none'}.`,
    )
  }
  const ends = open.map((field): Step => {
    const isRows = HOLDS_ANYTHING.test(field.key)
    const step: Step = { kind: 'extract', what: isRows ? 'rows' : (field.names[0] ?? field.key) }
    wanted.set(step, { key: field.key, field, taken })
    return step
  })
  return { steps: [...steps, ...ends], wanted }
}

function isMeantBy({ key, names }: Field, what: string, count: number): boolean {
  if (count === 1 && HOLDS_ANYTHING.test(key)) return true
  // The words after a preposition select rows.
  const said = toPhrase(cutAtPreposition(what)[0]).words
  return names.some((name) => includesAll(said, toPhrase(name).words))
}

/** Whether a description has words that the names do not have. */
export function saysMore(description: string, names: string[]): boolean {
  const known = names.flatMap((name) => toPhrase(name).words)
  return !toPhrase(description).words.every((word) => known.includes(word) || isStopWord(word))
}
