/**
 * Keeps numbers digit for digit: JavaScript would turn 12345678901234567890 into another number, 1e400 into Infinity, and
 * 12.50 into 12.5. The library that keeps them is loaded only if a text has such a number.
 */

/** Numbers with a fraction, an exponent or many digits, where JSON has a value. In a text they may look the same. */
const UNUSUAL =
  /[:[,]\s*(-?(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d{16,}|0(?<=-0)))(?=\s*[,\]}])/g

/** Whether JavaScript would change a number in the JSON. Fast, because most answers have no such number. */
export function hasUnusualNumbers(json: string): boolean {
  for (const [, digits = ''] of json.matchAll(UNUSUAL)) {
    if (String(Number(digits)) !== digits) return true
  }
  return false
}

type Stringify = (value: unknown, space?: number) => string | undefined

let stringifyExactly: Stringify | undefined

/** `JSON.stringify`, also for values from the exact parser. */
export const stringifyJson: Stringify = (value, space) =>
  stringifyExactly ? stringifyExactly(value, space) : JSON.stringify(value, null, space)

/** A parser that keeps every number digit for digit; `stringifyJson` writes its values. It throws a SyntaxError. */
export async function loadExactParser(): Promise<(json: string) => unknown> {
  const { LosslessNumber, parse, stringify } = await import('lossless-json')
  stringifyExactly = (value, space) => stringify(value, null, space)
  // For code that uses JSON.stringify: rounded, but a number.
  Object.assign(LosslessNumber.prototype, {
    toJSON(this: { value: string }) {
      return Number(this.value)
    },
  })
  return (json) =>
    parse(json, null, (digits) =>
      String(Number(digits)) === digits ? Number(digits) : new LosslessNumber(digits),
    )
}

/** Fields of the API that commands compute with. */
const COMPUTED = ['timeout', 'remaining_lifetime_seconds', 'step_count', 'file_size', 'latency_ms']

/** The same object, with plain numbers in the fields that commands compute with. */
export function withPlainFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const fields = value as Record<string, unknown>
  for (const name of COMPUTED) {
    const field = fields[name]
    if (typeof field === 'object' && field !== null) fields[name] = Number(field)
  }
  return value
}
