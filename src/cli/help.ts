/** The layout of help. */
import type { Command, Help } from 'commander'

const EXAMPLES = `Examples:
  skyvern session create --timeout 120 --proxy US
  skyvern task run "Log in with username demo@example.com" --url https://app.example.com/login
  skyvern task run "Go to the invoices page and extract all invoice numbers" > invoices.json
  skyvern session close

Without an account, --local runs all of it on this machine: skyvern local demo
Topics: skyvern help environment | exit-codes | output | formatting | steps | scripting`

const GLOBALS = 'Options of every command (--json, --local, …): skyvern --help'

/** Commands first, then arguments and options: a newcomer looks for them in this order. */
export function formatHelp(command: Command, help: Help): string {
  const width = help.padWidth(command, help)
  const section = (heading: string, items: [term: string, description: string][]): string => {
    if (items.length === 0) return ''
    const lines = items.map(([term, text]) => help.formatItem(term, width, text, help))
    return [help.styleTitle(heading), ...lines, ''].join('\n')
  }
  const commands = help.visibleCommands(command)
  const options = help.visibleOptions(command)
  const sections = [
    `${help.styleTitle('Usage:')} ${help.commandUsage(command)}\n`,
    `${help.commandDescription(command)}\n`,
    section(
      'Commands:',
      commands.map((verb) => [help.subcommandTerm(verb), help.subcommandDescription(verb)]),
    ),
    section(
      'Arguments:',
      help
        .visibleArguments(command)
        .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]),
    ),
    section(
      command.parent ? 'Options:' : 'Options of every command:',
      options.map((option) => [help.optionTerm(option), help.optionDescription(option)]),
    ),
    command.parent ? GLOBALS : EXAMPLES,
  ]
  return `${sections.filter(Boolean).join('\n')}\n`
}
