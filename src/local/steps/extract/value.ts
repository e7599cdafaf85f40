/** "Extract the …": one labelled value, or the only cell of a table that matches the phrase. */
import { describeCollections } from './describe.ts'
import { chooseTarget } from './explain.ts'
import { valuesOf, waitForTarget, type Row } from './column.ts'
import { chooseFact, readFacts } from './facts.ts'
import { readCollections } from './page-data.ts'
import { toPhrase, type Phrase } from '../sentence/phrase.ts'
import { formOf } from '../sentence/grammar.ts'
import { attempted, Misfit, quoteNearest, Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'
import type { Fact } from './tables.ts'

/** An array only for a plural ("the invoice numbers") that is not a label. */
export async function extractOne(stage: Stage, text: string): Promise<string | string[] | Row[]> {
  return (await findOne(stage, text)).value
}

/** The same with `from`, its label or column header. */
export async function findOne(
  stage: Stage,
  text: string,
): Promise<{ value: string | string[] | Row[]; from: string }> {
  const phrase = toPhrase(text)
  const fact = await labelledValue(stage, phrase)
  if (fact) return { value: fact.value, from: fact.label }
  const target = await waitForTarget(stage, text)
  const from = target.collection.columns[target.columns[0] ?? 0] ?? ''
  const cells = await valuesOf(stage, target)
  const [only] = cells
  if (phrase.plural) return { value: cells, from }
  if (typeof only === 'string' && cells.length === 1) return { value: only, from }
  const offers = describeCollections(await readCollections(stage.page()), text)
  throw new Refusal(`“${text}” fits ${cells.length} rows; say of which, or ask for all. ${offers}`)
}

/**
 * undefined if a column of a table fits, but no label. A value counts when the page shows it twice in a row without pending
 * requests; before that it may be a placeholder.
 */
async function labelledValue(stage: Stage, phrase: Phrase): Promise<Fact | undefined> {
  let last: string | undefined
  let refusal: Refusal | undefined
  const found = await stage.until(async () => {
    const facts = await readFacts(stage.page())
    const fact = attempted(() => chooseFact(phrase, facts, phrase.plural))
    refusal = fact instanceof Refusal ? fact : undefined
    if (refusal || !stage.isIdle()) return undefined
    if (fact && !(fact instanceof Refusal)) {
      const again = fact.value === last
      last = fact.value
      return again ? { fact } : undefined
    }
    const collections = await readCollections(stage.page())
    const target = attempted(() => chooseTarget(phrase.text, collections))
    if (!(target instanceof Refusal)) return { fact: undefined }
    const labels = quoteNearest(
      facts.map(({ label }) => label),
      phrase.text,
    )
    const reason = target instanceof Misfit ? target.reason : target.message
    refusal = new Misfit(`${reason} Its labels are ${labels || 'none'}.`, formOf('extract'))
    return undefined
  })
  if (found) return found.fact
  throw refusal ?? new Refusal(`“${phrase.text}” kept changing.`)
}
