/** The labelled values of a page: definition lists, row headers, fields, "label: value" lines, headings. */
import type { Page } from 'playwright-core'
import { nameWords } from './explain.ts'
import { inFrames } from '../page/reader.ts'
import type { RawPart } from '../reader/raw.ts'
import { includesAll, type Phrase } from '../sentence/phrase.ts'
import { quoteList, Refusal } from '../refusal.ts'
import { factsOf, type Fact } from './tables.ts'
import { headerWords, isStopWord } from '../sentence/words.ts'

const LINE = /^([^:]{1,60}):\s+(\S.*)$/
const FURTHER_LABEL = /\s[^\s:]{1,30}:\s/
/** A label that excludes something is not matched by its other words. */
export const EXCLUDES = new Set(['no', 'not', 'without', 'except', 'excluding', 'excl', 'un'])

export async function readFacts(page: Page): Promise<Fact[]> {
  const frames = await inFrames(page, (reader) => reader.read('facts'), null)
  const readings = frames.map(({ value }) => value)
  const facts = readings.flatMap(({ parts }) => parts).flatMap(toFacts)
  const heads = readings.flatMap(({ headings }) => headings)
  return [
    ...new Map(facts.map((fact) => [`${fact.label}\n${fact.value}`, fact])).values(),
    ...heads.map((value) => ({ label: 'heading', value, names: [] })),
    { label: 'page title', value: readings[0]?.title ?? '', names: [] },
  ].filter(({ label, value }) => label !== '' && value !== '')
}

function toFacts(raw: RawPart): Fact[] {
  if (raw.is === 'pair') return [raw]
  if (raw.is === 'table') return factsOf(raw)
  if (raw.is !== 'line') return []
  const { text, next, names } = raw
  const [, label, value] = LINE.exec(text) ?? []
  if (label !== undefined && value !== undefined)
    return [{ label, value, names, goesOn: FURTHER_LABEL.test(value) }]
  const before = text.endsWith(':') || !text.includes(':') ? text.replace(/:$/, '') : undefined
  return before !== undefined && next !== '' ? [{ label: before, value: next, names }] : []
}

/**
 * The value whose label the phrase names; the names above it explain the other words. undefined if no label has the
 * phrase's head. `exactly` excludes labels with other words. Refuses two different values.
 */
export function chooseFact(phrase: Phrase, facts: Fact[], exactly: boolean): Fact | undefined {
  const { head, words: said } = phrase
  const fits = facts.flatMap((fact) => {
    const label = headerWords(fact.label)
    const context = nameWords(fact.names).flat()
    const rest = said.filter((word) => !label.includes(word))
    const unsaid = label.filter(
      (word) => ![...said, ...context].includes(word) && !isStopWord(word),
    )
    const explained = head && includesAll(label, head.words) && includesAll(context, rest)
    const foreign = unsaid.some((word) => EXCLUDES.has(word)) || (exactly && unsaid.length > 0)
    const isVerbatim = fact.label.replace(/\s*:$/, '').toLowerCase() === phrase.text.toLowerCase()
    const cost = isVerbatim ? -1 : unsaid.length * 10 + rest.length
    return explained && !foreign ? [{ fact, cost }] : []
  })
  const least = Math.min(...fits.map(({ cost }) => cost))
  const best = fits.filter(({ cost }) => cost === least).map(({ fact }) => fact)
  if (new Set(best.map(({ value }) => value)).size > 1) {
    const found = best.map(({ label, value }) => `${label}: ${value}`)
    throw new Refusal(`“${phrase.text}” is not unique on the page: ${quoteList(found)}.`)
  }
  const [first] = best
  if (first?.goesOn) {
    throw new Refusal(`“${phrase.text}” is in a line with more: “${first.label}: ${first.value}”.`)
  }
  return first
}
