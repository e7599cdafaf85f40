/**
 * Decodes text from files, standard input and settings. A byte order mark selects UTF-8 or UTF-16, as Windows writes them.
 * Anything else is refused: otherwise garbage would be sent, and paid for.
 */
import { isUtf8 } from 'node:buffer'

/** The bytes are not text. Its message completes a sentence: `@prompt.txt cannot be read: …`. */
export class NotText extends Error {
  override readonly name = 'NotText'
}

const BYTE_ORDER_MARK = '\uFEFF'

/** @throws NotText with the offset of the first invalid byte */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decodeWith('utf-16le', bytes)
  if (first === 0xfe && second === 0xff) return decodeWith('utf-16be', bytes)
  if (!isUtf8(bytes)) throw notUtf8(bytes)
  return withoutNul(
    withoutMark(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()),
  )
}

/** Removes the mark from text that is already decoded, such as an answer. */
export const withoutMark = (text: string): string =>
  text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text

function decodeWith(encoding: 'utf-16le' | 'utf-16be', bytes: Uint8Array): string {
  try {
    return withoutNul(new TextDecoder(encoding, { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof NotText) throw error
    throw new NotText(
      `its byte order mark says ${encoding.toUpperCase()}, but its bytes do not match`,
    )
  }
}

/** Catches UTF-16 without a mark, which can look like UTF-8. */
function withoutNul(text: string): string {
  const at = text.indexOf('\0')
  if (at < 0) return text
  throw new NotText(
    `it has a NUL at character ${at}: it is UTF-16 without a byte order mark, or not text`,
  )
}

function notUtf8(bytes: Uint8Array): NotText {
  let [valid, length] = [0, bytes.length]
  // Binary search for the longest valid prefix; a character may be cut at its end.
  while (valid < length) {
    const middle = Math.ceil((valid + length) / 2)
    if (beginsWell(bytes.subarray(0, middle))) valid = middle
    else length = middle - 1
  }
  const byte = bytes[valid]
  if (byte === undefined) return new NotText(`it ends within a character, at offset ${valid}`)
  const shown = byte.toString(16).toUpperCase().padStart(2, '0')
  return new NotText(`it is not UTF-8: byte ${shown} at offset ${valid}`)
}

function beginsWell(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
