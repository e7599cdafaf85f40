/** Converts texts of a page to values of a type, without loss and without a guess. Pure. */
import type { Json } from '../../../api/types.ts'
import { Refusal, shorten } from '../refusal.ts'
import type { ValueShape } from './schema.ts'

/** A sign, an amount, and one unit of currency on either side. */
const AMOUNT =
  /^(?<sign>[-−+]?)\s?(?<before>\p{Sc}|[A-Z]{3})?\s?(?<inner>[-−+]?)(?<digits>\d[\d.,'’\s]*?)\s?(?<after>\p{Sc}|[A-Z]{3})?$/u
const DECIMAL = /^(?:0|[1-9]\d*)(?:\.\d+)?$/
/** The most digits that a JavaScript number holds exactly. */
const MOST_DIGITS = 15

/**
 * Converts the texts of a column or a label. Numbers must have one unit.
 * @param name what they are, for the refusal
 */
export function convert(texts: string[], { type, orNull }: ValueShape, name: string): Json[] {
  let unit: string | undefined
  return texts.map((text) => {
    if (text === '' && orNull) return null
    if (type === 'string') return text
    const groups = AMOUNT.exec(text)?.groups
    const value = type === 'boolean' ? toBoolean(text) : toNumber(groups)
    if (value === undefined || (type === 'integer' && !Number.isInteger(value))) {
      throw new Refusal(
        `The schema wants “${shorten(name)}” to be of type ${type}, and the page says “${shorten(text)}”, which is not ` +
          'exactly one. Nothing was extracted. The type string keeps the text unchanged.',
      )
    }
    const own = groups?.['before'] ?? groups?.['after'] ?? ''
    unit ??= own
    if (own !== unit)
      throw new Refusal(
        `“${name}” has numbers of different units, “${unit}” and “${own}”: ask for strings.`,
      )
    return value
  })
}

const toBoolean = (text: string): boolean | undefined =>
  /^(?:yes|true|no|false)$/i.test(text) ? /^[yt]/i.test(text) : undefined

/** undefined for a text that is not exactly one number: with a comma for the decimal point, `1,234` is another one. */
function toNumber(groups: { [part: string]: string | undefined } = {}): number | undefined {
  const { sign = '', inner = '', before, after, digits = '' } = groups
  const isExact = digits.replace(/\D/g, '').length <= MOST_DIGITS
  if ((sign && inner) || (before && after) || !isExact) return undefined
  const withPoint = digits.replace(/[,'’\s](?=\d{3}(?!\d))/g, '')
  const withComma = digits.replace(/[.'’\s](?=\d{3}(?!\d))/g, '').replace(',', '.')
  const numbers = [withPoint, withComma].filter((text) => DECIMAL.test(text)).map(Number)
  const [value, other] = new Set(numbers)
  if (value === undefined || other !== undefined) return undefined
  return /[-−]/.test(sign + inner) ? -value : value
}
