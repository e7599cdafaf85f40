/** The words of the command line as bytes. Node replaces what is not UTF-8, so that the text would be another one. */
import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'

/**
 * The number, from 1, of the first argument that is not UTF-8. Undefined if all are, and where the system does not show
 * the bytes, as macOS.
 * @param count how many there are
 */
export function firstThatIsNotText(count: number): number | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync('/proc/self/cmdline')
  } catch {
    return undefined
  }
  // Each word ends with a NUL.
  const words = bytes.toString('latin1').split('\0').slice(0, -1).slice(-count)
  const index = words.findIndex((word) => !isUtf8(Buffer.from(word, 'latin1')))
  return index < 0 ? undefined : index + 1
}
