/** Time zones by their IANA names. */
import { InvalidArgumentError } from 'commander'
import { isTimezone } from '../system/timezone.ts'

export function parseTimezone(text: string): string {
  if (isTimezone(text)) return text
  throw new InvalidArgumentError('It takes an IANA name such as America/New_York or Europe/Berlin.')
}
