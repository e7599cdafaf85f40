/** Checks what a script passes by mistake: bytes that are not text, and nothing, from a variable that is not set. */
import type { Command } from 'commander'
import { usageError } from '../errors.ts'
import { firstThatIsNotText } from '../system/arguments.ts'

/** Options for which an empty text is a value. */
const MAY_BE_EMPTY = ['title', 'description']

/** @throws CliError `usage` for bytes that Node has replaced; the command itself refuses what is empty */
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
    // Several ids have a check of their own, which leaves room for an empty one among others.
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
