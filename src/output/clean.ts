/**
 * The one cleaner between a server's text and a terminal. Nothing that acts on a terminal passes: escape sequences,
 * other control characters, C1, direction marks and invisible characters are shown as what they are.
 */

/** What has no shape of its own: direction marks, zero-width and tag characters, separators, annotations. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu
const CONTROL = /\p{Cc}/gu
const ZALGO = /(\p{M}{4})\p{M}+/gu
/** Nearly every cell of a long list; it needs no further look. */
const PLAIN = /^[\x20-\x7E]*$/
const LONGEST = 100_000

/** A text as one line: line breaks and tabs become spaces. */
export function cleanLine(value: unknown, limit = LONGEST): string {
  const text = String(value ?? '').slice(0, limit)
  return PLAIN.test(text) ? text : harmless(text.replace(/[\t\n\r\v\f]+/g, ' '))
}

/** A text of several lines; each keeps its line break and its tabs. */
export function cleanBlock(value: unknown): string {
  return String(value ?? '')
    .split(/\r\n|\n/)
    .map((line) => line.split('\t').map(harmless).join('\t'))
    .join('\n')
}

/** A text of several lines that cannot pass for more than one line of ours: all but the first are indented. */
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

/** The escapes that JSON.stringify leaves out; the value stays the same. */
export function escapeJson(json: string): string {
  // ASCII but for the one control character that JSON.stringify lets through, found without reading a long text twice.
  if (Buffer.byteLength(json) === json.length && !json.includes('\u007F')) return json
  return json
    .replace(/[\u007F-\u009F]/g, unicodeEscape)
    .replace(INVISIBLE, (match) => match.split('').map(unicodeEscape).join(''))
}

const unicodeEscape = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
