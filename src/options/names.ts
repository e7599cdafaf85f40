/** Ids and names as they are typed. */
import { InvalidArgumentError } from 'commander'

export function parseSessionName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) && !text.startsWith('pbs_')) return text
  throw new InvalidArgumentError(
    'It takes up to 64 letters, digits, ".", "_" and "-", and does not start with pbs_.',
  )
}

/** A name for a profile. It cannot look like an id. */
export function parseProfileName(text: string): string {
  const name = text.trim()
  if (name && !name.startsWith('bp_')) return name
  throw new InvalidArgumentError('It takes a name that does not start with bp_.')
}

/** An id with this prefix. */
export const parsePrefixed =
  (prefix: string) =>
  (text: string): string => {
    if (text.startsWith(prefix)) return text
    throw new InvalidArgumentError(`It starts with ${prefix}.`)
  }
