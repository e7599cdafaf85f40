/**
 * Makes a server's text safe to show on a terminal: escape sequences, other control characters, C1, direction marks and
 * invisible characters become visible text. Nothing else in the tool does this.
 */
import { stringifyJson } from '../http/numbers.ts'

/** Characters that are not visible: direction marks, zero-width and tag characters, separators, annotations. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu
const CONTROL = /\p{Cc}/gu
const ZALGO = /(\p{M}{4})\p{M}+/gu
/** Matches nearly every cell of a long list, so that most cells need only this check. */
const PLAIN = /^[\x20-\x7E]*$/
const LONGEST = 100_000

/** A value of any type as text: a server may send another type than documented. */
export const asText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (stringifyJson(value) ?? '') : String(value ?? '')

/** A text as one line: line breaks and tabs become spaces. */
export function cleanLine(value: unknown, limit = LONGEST): string {
  const text = asText(value).slice(0, limit)
  return PLAIN.test(text) ? text : harmless(text.replace(/[\t\n\r\v\f]+/g, ' '))
}

/** A text of several lines; each keeps its line break and its tabs. */
export function cleanBlock(value: unknown): string {
  return asText(value)
    .split(/\r\n|\n/)
    .map((line) => line.split('\t').map(harmless).join('\t'))
    .join('\n')
}

/** A text of several lines. All but the first are indented, so that none can be mistaken for a message of the tool. */
export const cleanMessage = (value: unknown): string => cleanBlock(value).replaceAll('\n', '\n  ')

function harmless(text: string): string {
  return text
    .toWellFormed()
    .replace(CONTROL, (character) => (character === '\u001B' ? '␛' : codePoint(character)))
    .replace(INVISIBLE, codePoint)
    .replace(ZALGO, '$1')
}

const codePoint = (character: string): string =>
  `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`

/** Escapes what JSON.stringify does not. The value stays the same. */
export function escapeJson(json: string): string {
  // Plain ASCII, without the one control character that JSON.stringify does not escape.
  if (Buffer.byteLength(json) === json.length && !json.includes('\u007F')) return json
  return json
    .replace(/[\u007F-\u009F]/g, unicodeEscape)
    .replace(INVISIBLE, (match) => match.split('').map(unicodeEscape).join(''))
}

const unicodeEscape = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
