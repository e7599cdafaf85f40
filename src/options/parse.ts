/** Turns option texts into values. An error says what would have been right. */
import { InvalidArgumentError, Option } from 'commander'
import { emptyId } from '../errors.ts'

/** A list from `a,b`, from a repeated option, or both. */
export const parseList = (text: string, before: string[] = []): string[] => [
  ...before,
  ...text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
]

/** Ids from arguments, which may contain commas. @throws CliError `usage` if all of them are empty */
export function parseIds(given: string[]): string[] {
  const ids = given.flatMap((item) => parseList(item))
  if (given.length > 0 && ids.length === 0) throw emptyId()
  return ids
}

/** Field names, at least one. */
export function parseFields(text: string, before?: string[]): string[] {
  const fields = parseList(text, before)
  if (fields.length > 0) return fields
  throw new InvalidArgumentError('It takes names, separated by commas.')
}

/** A whole number within bounds. */
export const parseWhole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
  }

/** Attaches the words that a parser accepts, for completion. */
export const offering = <Parse extends object>(
  words: readonly string[],
  parse: Parse,
): Parse & { words: readonly string[] } => Object.assign(parse, { words })

/** The words that a parser accepts. Undefined for a parser that accepts any text. */
export const choicesOf = (parse: object | undefined): readonly string[] | undefined =>
  parse && 'words' in parse ? (parse.words as readonly string[]) : undefined

/** One of the words. */
export const parseChoice = <Word extends string>(words: readonly Word[]) =>
  offering(words, (text: string): Word => {
    const found = words.find((word) => word === text)
    if (found) return found
    throw new InvalidArgumentError(`It takes one of: ${words.join(', ')}.`)
  })

/** Some of the words, separated by commas or repeated. */
export const parseChoices = <Word extends string>(words: readonly Word[]) =>
  offering(words, (text: string, before: Word[] = []): Word[] => [
    ...before,
    ...parseList(text).map(parseChoice(words)),
  ])

/** Repeated `Name: value` lines. */
export function parseHeaders(
  text: string,
  before: Record<string, string> = {},
): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\x20-\x7e]*)$/.exec(text) ?? []
  if (!name || value === undefined) throw new InvalidArgumentError("It takes 'Name: value'.")
  if (name.toLowerCase() === 'x-api-key') {
    throw new InvalidArgumentError('The API key has an option of its own: --api-key-file.')
  }
  return { ...before, [name.toLowerCase()]: value }
}

/** Repeated `name=value`; a repeated name keeps all its values. */
export function parseAssignments(
  text: string,
  before: Record<string, string[]> = {},
): Record<string, string[]> {
  const [name, value] = splitAssignment(text)
  return {
    ...before,
    [name]: [...(Object.hasOwn(before, name) ? (before[name] ?? []) : []), value],
  }
}

/** Repeated `name=json`; a value that is not JSON is a string. */
export function parseJsonAssignments(
  text: string,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const [name, value] = splitAssignment(text)
  return { ...before, [name]: jsonOrText(value) }
}

function splitAssignment(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It takes name=value.')
  return [text.slice(0, at), text.slice(at + 1)]
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** @param ours the option that it is another name for; both at once are refused */
export function hidden<Value>(
  flags: string,
  parse: (text: string, before: Value) => Value,
  ours: string,
): Option {
  return new Option(flags).hideHelp().argParser(parse).conflicts(ours)
}
