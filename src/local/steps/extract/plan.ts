/** Assigns the sentences of a prompt to the properties of a schema. Pure. */
import { quoteList, quoteNearest, Refusal, shorten } from '../refusal.ts'
import { cutAtPreposition, includesAll, toPhrase } from '../sentence/phrase.ts'
import type { Extraction, Step } from '../sentence/step.ts'
import { isStopWord } from '../sentence/words.ts'
import type { Field } from './schema.ts'

export interface Plan {
  steps: Step[]
  /** What each extraction fills: a property, or the whole output. */
  fields: Map<Step, Field>
  /** The labels and values that properties have used, and by which. */
  taken: Map<string, string>
}

/** Keys without a meaning. */
const HOLDS_ANYTHING = /^(?:data|entries|items|list|output|records|results?|rows|table)$/i

/**
 * A property that no sentence names is extracted at the end, by its own words. A sentence without a property is refused,
 * unless it is the only one and means the whole object.
 */
export function planFor(whole: Field, steps: Step[]): Plan {
  const extractions = steps.filter((step): step is Extraction => 'what' in step)
  const properties = whole.shape.is === 'object' ? whole.shape.fields : [whole]
  const fields = new Map<Step, Field>()
  const isOnly = properties.length === 1
  for (const field of properties) {
    const [step, second] = extractions.filter(
      (one) => !fields.has(one) && (field === whole || isMeantBy(field, one.what, isOnly)),
    )
    if (step && second) {
      const both = quoteList([step.what, second.what])
      throw new Refusal(`“${field.key}” of the schema takes one extraction, and ${both} fit it.`)
    }
    if (!step) continue
    checkSaid(field, [step.what])
    fields.set(step, field)
  }
  if (!properties.includes(whole))
    checkSaid(whole, [
      ...extractions.map(({ what }) => what),
      ...properties.flatMap(({ names }) => names),
    ])
  const lost = extractions.find((step) => !fields.has(step))
  const isFlat = properties.every(({ shape: { is } }) => is === 'value')
  if (lost && isFlat && extractions.length === 1)
    return { steps, fields: new Map([[lost, whole]]), taken: new Map() }
  if (lost) {
    const keys = properties.map(({ key }) => key)
    throw new Refusal(
      `The schema has no property for “${lost.what}”. Its properties are ${quoteNearest(keys, lost.what) || 'none'}.`,
    )
  }
  const filled = new Set(fields.values())
  const ends = properties
    .filter((field) => !filled.has(field))
    .map((field): Extraction => {
      const isAny = field.description === '' && HOLDS_ANYTHING.test(field.key)
      const what = isAny ? 'rows' : (field.names[0] ?? field.key)
      const step: Extraction = { kind: 'extract', what }
      fields.set(step, field)
      return step
    })
  return { steps: [...steps, ...ends], fields, taken: new Map() }
}

function isMeantBy({ key, names }: Field, what: string, isOnly: boolean): boolean {
  if (isOnly && HOLDS_ANYTHING.test(key)) return true
  // The words after a preposition select rows.
  const said = toPhrase(cutAtPreposition(what)[0]).words
  return names.some((name) => includesAll(said, toPhrase(name).words))
}

/** Throws a Refusal for a description that says more than the prompt, because it may mean other rows. */
function checkSaid({ description }: Field, said: string[]): void {
  const known = said.flatMap((text) => toPhrase(text).words)
  if (toPhrase(description).words.every((word) => known.includes(word) || isStopWord(word))) return
  throw new Refusal(
    `The schema says “${shorten(description)}”, which is more than the prompt says. Say it in the prompt.`,
  )
}
