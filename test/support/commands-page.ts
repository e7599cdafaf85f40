/** `docs/commands.md`, written from the command tree. */
import type { Argument, Command, Option } from 'commander'
import { Context } from '../../src/context.ts'
import { Output } from '../../src/output/output.ts'
import { systemTerminal } from '../../src/output/terminal.ts'
import { createProgram, load } from '../../src/cli/program.ts'

const HEAD = `# Commands

Every command with its arguments and options. What they share: [exit statuses and error codes](exit-codes.md),
and the options of the next section. This page is written from the program:
\`npx vitest run -u --config .config/vitest.mjs test/docs/commands.test.ts\`.`

const ENVIRONMENT = `## Environment

An option beats a variable, a variable beats what \`config set\` and \`auth login\` stored. \`skyvern config list\` shows
every value with its source.

| variable | |
| --- | --- |
| \`SKYVERN_API_KEY\` | the key; it never goes to the embedded backend |
| \`SKYVERN_BASE_URL\` | the API root, as \`--base-url\`; beats a stored \`local\` |
| \`SKYVERN_LOCAL\` | \`1\`: the embedded backend, as \`--local\`; beats \`SKYVERN_BASE_URL\`. \`0\`: not, whatever is stored |
| \`SKYVERN_SESSION_ID\` | the session of every command that is given none; beats the current session |
| \`SKYVERN_ENGINE\` | the engine of \`task run\`, as \`--engine\` |
| \`SKYVERN_SCOPE\` | which [current session and names](scripting.md#scopes) are meant |
| \`SKYVERN_CONFIG_DIR\` | the folder of keys, settings and state |
| \`SKYVERN_DEBUG\` | \`1\`: log every request on stderr, as \`--debug\` |
| \`CHROME_PATH\` | the browser of the embedded backend |
| \`HTTPS_PROXY\` \`HTTP_PROXY\` \`ALL_PROXY\` \`NO_PROXY\` \`NODE_EXTRA_CA_CERTS\` | the way [through a company proxy](scripting.md#behind-a-company-proxy) |
| \`NO_COLOR\` \`FORCE_COLOR\` | without or with colour, whatever the terminal is |`

export async function commandsPage(): Promise<string> {
  const context = new Context(await Output.create(systemTerminal()))
  const program = createProgram(context)
  const options = table('option', program, program.options)
  const parts = [HEAD, '## Options of every command', options, ENVIRONMENT]
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
