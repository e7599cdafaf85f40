/** Converts texts of a page to values of a type, without loss and without a guess. Pure. */
import type { Json } from '../../../api/types.ts'
import { Refusal, shorten } from '../refusal.ts'
import type { ValueShape } from './schema.ts'

/** A sign, an amount, and one unit of currency on either side. */
const AMOUNT =
  /^(?<sign>[-−+]?)\s?(?<before>\p{Sc}|[A-Z]{3})?\s?(?<inner>[-−+]?)(?<digits>\d[\d.,'’\s]*?)\s?(?<after>\p{Sc}|[A-Z]{3})?$/u
const WHOLE = String.raw`(?:0|[1-9]\d*)`
const groups = (separators: string): string =>
  String.raw`[1-9]\d{0,2}([${separators}])\d{3}(?:\1\d{3})*`
/** Digits with a decimal point and with a decimal comma: `1,234.50` and `1.234,50`. */
const STYLES = [
  { decimal: '.', pattern: new RegExp(String.raw`^(?:${groups(",'’\\s")}|${WHOLE})(?:\.\d+)?$`) },
  { decimal: ',', pattern: new RegExp(String.raw`^(?:${groups(".'’\\s")}|${WHOLE})(?:,\d+)?$`) },
]
/** The most digits that a JavaScript number holds exactly. */
const MOST_DIGITS = 15
const BOOLEANS = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
])

/**
 * Converts the texts of a column or a label. An ambiguous number (`1,234`) is decided by the others of its column.
 * @param name what they are, for the refusal
 */
export function convert(texts: string[], { type, orNull }: ValueShape, name: string): Json[] {
  if (type === 'string') return texts.map((text) => (text === '' && orNull ? null : text))
  const given = texts.filter((text) => text !== '' || !orNull)
  const values = new Map<string, Json>(
    type === 'boolean' ? given.map((text) => [text, toBoolean(text, name)]) : numbers(given, name),
  )
  const broken = given.find((text) => type === 'integer' && !Number.isInteger(values.get(text)))
  if (broken !== undefined) throw inexact(broken, name, 'a whole number')
  return texts.map((text) => values.get(text) ?? null)
}

function toBoolean(text: string, name: string): boolean {
  const value = BOOLEANS.get(text.toLowerCase())
  if (value === undefined) throw inexact(text, name, 'true or false')
  return value
}

function numbers(texts: string[], name: string): [string, number][] {
  const parts = texts.map((text) => {
    const { sign = '', inner = '', before, after, digits = '' } = AMOUNT.exec(text)?.groups ?? {}
    const isSound = digits !== '' && !(sign && inner) && !(before && after)
    if (!isSound || digits.replace(/\D/g, '').length > MOST_DIGITS)
      throw inexact(text, name, 'a number')
    const isNegative = /[-−]/.test(sign + inner)
    return { text, digits, isNegative, unit: before ?? after ?? '' }
  })
  const [first] = parts
  const mixed = parts.find(({ unit }) => unit !== first?.unit)
  if (mixed) {
    throw new Refusal(
      `“${name}” has numbers of different units, “${first?.text}” and “${mixed.text}”: ask for strings.`,
    )
  }
  const styles = STYLES.filter(({ pattern }) => parts.every(({ digits }) => pattern.test(digits)))
  return parts.map(({ text, digits, isNegative }) => {
    const read = styles.map(({ decimal }) => Number(plain(digits, decimal)))
    const [value] = read
    if (value === undefined || read.some((other) => other !== value))
      throw inexact(text, name, 'a number')
    return [text, isNegative ? -value : value]
  })
}

function plain(digits: string, decimal: string): string {
  const kept = [...digits].filter((one) => /\d/.test(one) || one === decimal)
  return kept.join('').replace(',', '.')
}

function inexact(text: string, name: string, type: string): Refusal {
  return new Refusal(
    `The schema wants “${shorten(name)}” to be ${type}, and the page says “${shorten(text)}”, which is not exactly one. ` +
      'Nothing was extracted. The type string keeps the text unchanged.',
  )
}
