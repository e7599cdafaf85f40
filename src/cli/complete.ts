/**
 * Completions for a shell: the candidates for the next word, one per line, with a description after a tab. The scripts of
 * `completion <shell>` call this whenever Tab is pressed. It prints nothing else, and makes at most one short request.
 */
import type { Argument, Command, Option } from 'commander'
import { candidatesFor } from './candidates.ts'
import type { Candidate } from './candidates.ts'
import type { Context, Globals } from '../context.ts'
import { choicesOf } from '../options/parse.ts'
import { createProgram, load } from './program.ts'
import { TOPICS } from './topics.ts'

/** @param words `__complete`, the name of the program, the words so far, and the word being typed, which may be empty */
export async function complete(words: string[], context: Context): Promise<void> {
  try {
    context.output.mode = { quiet: true }
    const word = words.at(-1) ?? ''
    // Bash passes --option= as two words.
    const current = word === '=' ? '' : word
    const place = await findPlace(words.slice(2, -1), context)
    context.begin({ ...place.globals, quiet: true })
    const [prefix, candidates] = await candidatesAt(place, current, context)
    const lines = candidates
      .map(([value, description]): Candidate => [prefix + value, description])
      .filter(([value]) => value.startsWith(current))
      .map(([value, description]) => (description ? `${value}\t${description}` : value))
    if (lines.length > 0) context.output.write(lines.join('\n'))
  } catch {
    // The command itself will report what is wrong.
  }
}

/** The command and position that the words so far lead to. */
interface Place {
  command: Command
  /** The option whose value comes next. */
  pending: Option | undefined
  /** The arguments so far. */
  given: string[]
  /** After `help`, only commands and topics follow; after `--`, every word is an argument. */
  after: 'help' | '--' | undefined
  /** Options that choose the server or the key. */
  globals: Globals
}

async function findPlace(words: string[], context: Context): Promise<Place> {
  const place: Place = {
    command: createProgram(context),
    pending: undefined,
    given: [],
    after: undefined,
    globals: {},
  }
  for (const word of words) {
    const { commands } = place.command
    if (place.after === '--') {
      place.given.push(word)
    } else if (place.pending) {
      // Bash passes --option=value as three words.
      if (word === '=') continue
      note(place.globals, place.pending, word)
      place.pending = undefined
    } else if (word === '--') {
      place.after = word
    } else if (word === 'help' && commands.length > 0) {
      place.after = word
    } else if (word.startsWith('-') && word !== '-') {
      const [flag, value] = split(word)
      const option = optionsOf(place.command).find(is(flag))
      if (option && value !== undefined) note(place.globals, option, value)
      else if (option && (option.required || option.optional)) place.pending = option
      else if (option) note(place.globals, option, true)
    } else {
      const next = commands.find((command) => command.name() === word)
      if (next) await load(next, context)
      if (next) place.command = next
      else place.given.push(word)
    }
  }
  return place
}

/** Does not read a key from standard input, which belongs to the shell. */
function note(globals: Globals, option: Option, value: string | true): void {
  const name = option.attributeName()
  if (name === 'local') globals.local = !option.negate
  if (value === true || value === '-') return
  if (name === 'baseUrl' || name === 'apiKey' || name === 'apiKeyFile') globals[name] = value
}

const TOPIC_NAMES = Object.entries(TOPICS).map(([name, { summary }]): Candidate => [name, summary])

/** The candidates at a place, and the part of the current word that comes before them. */
async function candidatesAt(
  { command, pending, given, after }: Place,
  current: string,
  context: Context,
): Promise<[prefix: string, Candidate[]]> {
  if (pending) return ['', await valuesOf(pending, context)]
  if (after === 'help' && current.startsWith('-'))
    return ['', await optionsOfHelp(command, context)]
  const isOption = current.startsWith('-') && after === undefined
  const [flag, value] = split(current)
  if (isOption && value !== undefined) {
    const option = optionsOf(command).find(is(flag))
    return [`${flag}=`, option ? await valuesOf(option, context) : []]
  }
  if (isOption) {
    return [
      '',
      optionsOf(command).map((option) => [option.long ?? option.flags, option.description]),
    ]
  }
  const shown = command.createHelp().visibleCommands(command)
  if (shown.length > 0 && given.length === 0) {
    const named = shown.map((item): Candidate => [item.name(), item.description()])
    return ['', after === 'help' && !command.parent ? [...named, ...TOPIC_NAMES] : named]
  }
  if (after === 'help') return ['', []]
  const known = command.registeredArguments
  const argument = known[given.length] ?? (known.at(-1)?.variadic ? known.at(-1) : undefined)
  return ['', argument ? await valuesOf(argument, context, given) : []]
}

/** The options of help itself. */
async function optionsOfHelp(command: Command, context: Context): Promise<Candidate[]> {
  const help = command.commands.find((item) => item.name() === 'help')
  if (!help) return []
  await load(help, context)
  return help.options.map((option) => [option.long ?? option.flags, option.description])
}

/** The visible options of the command, and the global ones. */
function optionsOf(command: Command): Option[] {
  const root = command.parent ? [...optionsOf(command.parent)] : []
  return [...command.options.filter(({ hidden }) => !hidden), ...root]
}

const is =
  (flag: string) =>
  ({ short, long }: Option): boolean =>
    flag === short || flag === long

const split = (word: string): [string, string | undefined] => {
  const at = word.indexOf('=')
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

/** The choices, or the candidates for the placeholder: `--session <session>` completes like `[session]`. */
async function valuesOf(
  item: Option | Argument,
  context: Context,
  given: string[] = [],
): Promise<Candidate[]> {
  const words = item.argChoices ?? choicesOf(item.parseArg)
  if (words) return words.map((word) => [word, ''])
  const name = 'flags' in item ? /[<[]([a-z]+)/.exec(item.flags)?.[1] : item.name()
  return candidatesFor(name ?? '', context, given)
}
