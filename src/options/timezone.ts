/** Time zones by their IANA names. */
import { InvalidArgumentError } from 'commander'

/** A name such as `Europe/Berlin`: the API takes no offsets. */
export function parseTimezone(text: string): string {
  try {
    if (!/^[+-]|^\d/.test(text)) {
      Intl.DateTimeFormat('en', { timeZone: text })
      return text
    }
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError('It takes an IANA name such as America/New_York or Europe/Berlin.')
}
