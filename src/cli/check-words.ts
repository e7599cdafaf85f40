/** Finds mistakes of scripts: arguments that are not text, or empty because a variable is not set. */
import type { Command } from 'commander'
import { usageError } from '../errors.ts'
import { firstThatIsNotText } from '../system/arguments.ts'

/** Options that accept an empty text. */
const MAY_BE_EMPTY = ['title', 'description']

/** @throws CliError `usage` for bytes that Node has replaced. Empty words are refused once the command is known. */
export function checkWords(program: Command, argv: string[]): void {
  const number = firstThatIsNotText(argv.length)
  if (number !== undefined) throw usageError(`Argument ${number} is not UTF-8 text.`)
  program.hook('preAction', (_, command) => refuseEmpty(command))
}

function refuseEmpty(command: Command): void {
  for (const option of command.options) {
    const name = option.attributeName()
    const isGiven = command.getOptionValueSource(name) === 'cli' && !MAY_BE_EMPTY.includes(name)
    if (isGiven && isEmpty(command.getOptionValue(name))) throw empty(option.long ?? option.flags)
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    // A list of ids has its own check, which accepts an empty one among others.
    if (argument.variadic && !argument.required) continue
    const [value] = [command.processedArgs[index] as unknown].flat()
    if (isEmpty(value)) throw empty(`<${argument.name()}>`)
  }
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length === 0 || value.some(isEmpty)
    : typeof value === 'string' && value.trim() === ''

const empty = (what: string) =>
  usageError(`${what} is empty.`, 'Check the variable of your script: it is probably not set.')
