/** The program: the command tree as Commander commands. A command is loaded only when it is called or its help is shown. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import {
  parseAssignments,
  parseFields,
  parseHeaders,
  parseJsonAssignments,
  parseWhole,
} from '../options/parse.ts'
import type { Context, Globals } from '../context.ts'
import { usageError } from '../errors.ts'
import { formatHelp } from './help.ts'
import { TREE } from './tree.ts'
import type { Group, Leaf, Tree } from './tree.ts'

export function createProgram(context: Context): Command {
  const { palette, terminal } = context.output
  const { stdout, stderr } = terminal
  const program = new Command('skyvern')
    .description('The command line for Skyvern cloud browser sessions')
    .exitOverride(function (this: Command, error) {
      // So that the error can name the help of this command.
      error.cause = this
      throw error
    })
    .configureHelp({
      formatHelp,
      subcommandTerm: (command) => command.name(),
      styleTitle: palette.stdout.strong,
    })
    .configureOutput({
      writeOut: (text) => context.output.write(text),
      // Usage errors are printed by `report`.
      outputError: () => {},
      writeErr: (text) => context.output.mode.json || context.output.writeError(text.trimEnd()),
      getOutHelpWidth: () => stdout.columns || 80,
      getErrHelpWidth: () => stderr.columns || 80,
      getOutHasColors: () => palette.stdout.colored,
      getErrHasColors: () => palette.stderr.colored,
    })
    .showSuggestionAfterError()
    .helpCommand(false)
  addGlobalOptions(program, context)
  addCommands(program, TREE, context)
  program.hook('preAction', (_, command) => {
    context.begin(command.optsWithGlobals<Globals>())
    if (context.globals.dryRun && OF_THIS_MACHINE.includes(command.parent?.name() ?? '')) {
      throw usageError(
        '--dry-run shows requests that change something on the server, and this command sends none.',
      )
    }
  })
  return program
}

/** Commands that change this machine, not the server: a dry run has nothing to show. */
const OF_THIS_MACHINE = ['auth', 'config', 'local']

/** Commands that have not been loaded yet. */
const unloaded = new WeakMap<Command, Group | Leaf>()

/** Adds commands with only their names and summaries. The rest is loaded when it is needed. */
function addCommands(parent: Command, tree: Tree, context: Context): void {
  const add = (name: string, entry: Group | Leaf, hidden = false): void => {
    const command = parent.command(name, { hidden }).description(entry.summary)
    unloaded.set(command.helpCommand(false), entry)
  }
  for (const [name, entry] of Object.entries(tree)) {
    add(name, entry)
    if ('load' in entry) for (const alias of entry.aliases) add(alias, entry, true)
  }
  parent.hook('preSubcommand', async ({ args }, command) => {
    await load(command, context)
    const isVerb = command.commands.length === 0
    if (isVerb && (args.includes('--help') || args.includes('-h'))) await addExamples(command)
  })
}

/** Loads the arguments, options and action of a command, once. */
export async function load(command: Command, context: Context): Promise<void> {
  const entry = unloaded.get(command)
  if (!entry) return
  unloaded.delete(command)
  if ('verbs' in entry) return addCommands(command, entry.verbs, context)
  const { define } = await entry.load()
  define(command, context)
}

/** Loaded for help alone. */
async function addExamples(command: Command): Promise<void> {
  const { examplesOf } = await import('./examples.ts')
  const names = [command.parent?.name(), command.name()].filter((name) => name !== 'skyvern')
  const examples = examplesOf(names.join(' '))
  if (examples.length > 0) command.addHelpText('after', `\nExamples:\n  ${examples.join('\n  ')}`)
}

function addGlobalOptions(program: Command, context: Context): void {
  program
    .option('-V, --version', 'Print the version')
    .on('option:version', () => printVersion(context))
    .helpOption('-h, --help', 'Show help')
    .option('--local', 'Use the embedded backend on this machine')
    .option('--no-local', 'Use the server of the base URL, whatever the settings say')
    .option('--base-url <url>', 'API root, https://api.skyvern.com by default')
    .option('--api-key-file <path>', 'Read the API key from a file, or - for standard input')
    .option('--api-key <key>', 'API key (other users can read it in the process list)')
    .option('--json', 'Print JSON: the object of the API; errors too')
    .option('--fields <names>', 'Print only these fields', parseFields)
    .option('-q, --quiet', 'Print only errors on stderr; lists print only ids')
    .option('--no-color', 'Print without colour')
    .option('--no-input', 'Never ask questions')
    .option('--strict', 'Turn warnings of the server into failures')
    .option('--dry-run', 'Show the request of a write, secrets masked, and send nothing')
    .option('--debug', 'Log every request on stderr')
    .option('--request-timeout <seconds>', 'Time limit of each HTTP request', parseWhole(1, 3600))
    .option(
      '--max-retries <n>',
      'Retries of a request, where repeating it is safe',
      parseWhole(0, 20),
    )
    .option('--header <line>', "Send a header, 'Name: value'; repeatable", parseHeaders)
    .option('--query <pair>', 'Add a query parameter, name=value; repeatable', parseAssignments)
    .option('--body <pair>', 'Add a body field, name=json; repeatable', parseJsonAssignments)
    .option('--insecure-http', 'Allow sending the key over http:// to another machine')
}

/** The launcher answers `--version` by itself; this is for `--version` among other options. */
function printVersion({ output }: Context): never {
  const text = readFileSync(join(__dirname, '../package.json'), 'utf8')
  const { name, version } = JSON.parse(text) as { name: string; version: string }
  output.write(`${name} ${version} (node ${process.version})`)
  throw new CommanderError(0, 'commander.version', version)
}
