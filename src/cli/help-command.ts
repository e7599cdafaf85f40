/**
 * `help`: a topic, the whole tree as JSON, or instructions for an AI agent. `help <command>` is `<command> --help`.
 * It is not in `commands/`, because it reads the command tree.
 */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { TOPICS } from './topics.ts'
import type { Topic } from './topics.ts'
import type { Context } from '../context.ts'
import { formatMarkdown } from '../output/markdown.ts'
import { packageFile } from '../system/package.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('[topic...]', `A command, or one of ${Object.keys(TOPICS).join(', ')}`)
    .option('--skill', 'What an AI agent should know to use this tool')
    .action(async (words: string[], { skill }: { skill?: boolean }) => {
      if (skill) return context.output.result(pageOf('skill.md'), pageOf('skill.md'))
      const program = command.parent ?? command
      const [name] = words
      if (name === undefined) return printTree(context, program)
      const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined
      if (topic) return printTopic(context, name, topic)
      // A command, as after a global option. For an unknown one, Commander suggests the nearest.
      const isKnown = program.commands.some((one) => one.name() === name)
      await program.parseAsync(isKnown ? [...words, '--help'] : [name], { from: 'user' })
    })
}

const pageOf = (page: string): string => readFileSync(packageFile('docs', page), 'utf8')

function printTopic({ output }: Context, name: string, topic: Topic): void {
  const page = pageOf(topic.page)
  const text = topic.heading === undefined ? page : partOf(page, topic.heading)
  if (output.mode.json) return output.result({ topic: name, text }, '')
  const width = output.terminal.stdout.columns || 80
  // Not through `result`, which cleans text from servers.
  output.write(formatMarkdown(text, width, output.palette.stdout.strong))
}

/** From a heading to the next one of its level. */
function partOf(page: string, heading: string): string {
  const start = page.indexOf(heading)
  const end = page.indexOf('\n## ', start + 1)
  return page.slice(start, end < 0 ? undefined : end)
}

/** Every command with its arguments and options, under `--json`; without it, the help of the program. */
async function printTree(context: Context, program: Command): Promise<void> {
  if (!context.output.mode.json) return program.outputHelp()
  const { load } = await import('./program.ts')
  const { examplesOf } = await import('./examples.ts')
  const describe = async (command: Command, path: string): Promise<object> => {
    await load(command, context)
    const help = command.createHelp()
    const commands = help.visibleCommands(command)
    return {
      name: command.name(),
      summary: command.description(),
      usage: `${path} ${command.usage()}`.trim(),
      arguments: command.registeredArguments.map((argument) => ({
        name: argument.name(),
        description: help.argumentDescription(argument),
        required: argument.required,
        variadic: argument.variadic,
      })),
      options: help.visibleOptions(command).map((option) => ({
        flags: option.flags,
        description: help.optionDescription(option),
      })),
      examples: examplesOf(path),
      commands: await Promise.all(
        commands.map((child) => describe(child, `${path} ${child.name()}`)),
      ),
    }
  }
  const tree = await describe(program, 'skyvern')
  context.output.result(tree, '')
}
