/** Turns Commander's errors into usage errors: what is wrong, and the command to type next. */
import { Command } from 'commander'
import type { CommanderError } from 'commander'
import { usageError } from '../errors.ts'
import type { CliError } from '../errors.ts'
import { TREE } from './tree.ts'

/** @param error its `cause` is the command */
export function refusalOf(error: CommanderError): CliError {
  const command = error.cause instanceof Command ? error.cause : undefined
  // Commander has printed its help, but not under --json.
  if (error.code === 'commander.help') {
    return usageError('A command is missing.', hintOf(error, command, ''))
  }
  const [what = '', ...guesses] = error.message.replace(/^error: /, '').split('\n')
  const message = withoutSecrets(what.charAt(0).toUpperCase() + what.slice(1))
  const guess = guesses
    .join(' ')
    .trim()
    .replace(/^\(|\)$/g, '')
  return usageError(/[.!?]$/.test(message) ? message : `${message}.`, hintOf(error, command, guess))
}

/** Removes values that may be secrets: Commander quotes what it refuses. */
const withoutSecrets = (message: string): string =>
  message.replace(/(--(?:[a-z-]*header|query|body|proxy)\b.* argument) '[^]*' is/, '$1 is')

/** The message for a bad value already says what is valid. Other errors get a command to type. */
function hintOf(error: CommanderError, command: Command | undefined, guess: string): string {
  if (error.code === 'commander.invalidArgument') return ''
  const path = command ? pathOf(command) : 'skyvern'
  const help = `See \`${path} --help\`.`
  const argument = command?.registeredArguments[0]?.name()
  const takesPrompt = argument === 'prompt'
  if (error.code === 'commander.unknownCommand') return meant(command) || guess || help
  if (error.code === 'commander.excessArguments' && takesPrompt) {
    return `Quotes keep a prompt together: ${path} "…". ${help}`
  }
  if (error.code === 'commander.unknownOption' && takesPrompt && /'-.*\s.*'/s.test(error.message)) {
    return `A prompt that begins with a dash goes after two of them: ${path} -- "-…". ${help}`
  }
  if (error.code === 'commander.unknownOption' && argument === 'command') {
    const dashes = `A command with options of its own goes after two dashes: ${path} -- …`
    return [guess, dashes].filter(Boolean).join(' ')
  }
  return guess || help
}

/** For `skyvern login`, suggests `skyvern auth login`: all groups that have the verb. */
function meant(command: Command | undefined): string {
  const word = command && !command.parent ? command.args[0] : undefined
  if (word === undefined) return ''
  const groups = Object.entries(TREE).filter(
    ([, entry]) => 'verbs' in entry && Object.hasOwn(entry.verbs, word),
  )
  const commands = groups.map(([name]) => `\`skyvern ${name} ${word}\``)
  return commands.length > 0 ? `Did you mean ${commands.join(' or ')}?` : ''
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
