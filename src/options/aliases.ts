/** Spellings of the API's own documentation, accepted beside ours and not shown. */
import { InvalidArgumentError, Option } from 'commander'

/** @param ours the option that it stands for: not both at once */
export function hidden<Value>(
  flags: string,
  parse: (text: string, before: Value) => Value,
  ours: string,
): Option {
  return new Option(flags).hideHelp().argParser(parse).conflicts(ours)
}

/** An id of one kind. */
export const parsePrefixed =
  (prefix: string) =>
  (text: string): string => {
    if (text.startsWith(prefix)) return text
    throw new InvalidArgumentError(`It starts with ${prefix}.`)
  }
