/** `docs/commands.md`, written from the command tree. */
import type { Argument, Command, Option } from 'commander'
import { Context } from '../../src/context.ts'
import { Output } from '../../src/output/output.ts'
import { systemTerminal } from '../../src/output/terminal.ts'
import { createProgram, load } from '../../src/program.ts'

const HEAD = `# Commands

Every command with its arguments and options. What they share: [exit statuses and error codes](exit-codes.md),
and the options of the next section. This page is written from the program: \`npx vitest run -u test/commands-page.test.ts\`.`

export async function commandsPage(): Promise<string> {
  const context = new Context(await Output.create(systemTerminal()))
  const program = createProgram(context)
  const parts = [HEAD, '## Options of every command', table('option', program, program.options)]
  for (const command of visible(program)) {
    await load(command, context)
    const verbs = visible(command)
    parts.push(`## ${command.name()}`)
    if (verbs.length === 0) parts.push(...section(command))
    else parts.push(`${command.description()}.`)
    for (const verb of verbs) {
      await load(verb, context)
      parts.push(`### ${command.name()} ${verb.name()}`, ...section(verb))
    }
  }
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

const visible = (command: Command): Command[] => command.createHelp().visibleCommands(command)

function section(command: Command): string[] {
  const names = [command.parent?.name(), command.name()].filter((name) => name !== 'skyvern')
  const others = command.parent?.commands.filter(
    (other) => other !== command && other.description() === command.description(),
  )
  const aliases = (others ?? []).map((other) => `\`${other.name()}\``).join(', ')
  return [
    `\`\`\`\nskyvern ${[...names, command.usage()].join(' ')}\n\`\`\``,
    `${command.description()}.${aliases ? ` Also: ${aliases}.` : ''}`,
    table('argument', command, command.registeredArguments),
    table('option', command, command.options),
  ]
}

function table(title: string, command: Command, items: readonly (Option | Argument)[]): string {
  const shown = items.filter((item) => !('hidden' in item && item.hidden))
  if (shown.length === 0) return ''
  const help = command.createHelp()
  const rows = shown.map((item) =>
    'flags' in item
      ? `| \`${item.flags}\` | ${cell(help.optionDescription(item))} |`
      : `| \`${item.name()}\` | ${cell(help.argumentDescription(item))} |`,
  )
  return [`| ${title} | |`, '| --- | --- |', ...rows].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
