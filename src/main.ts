/** From the command line to the exit status. The only place where a failure is caught to be told. */
import { CommanderError } from 'commander'
import { Context } from './context.ts'
import { ExitStatus, usageError } from './errors.ts'
import { Interrupted, raise } from './interrupts.ts'
import { Output } from './output/output.ts'
import { report } from './output/report.ts'
import { systemTerminal } from './output/terminal.ts'
import { createProgram } from './program.ts'

async function main(argv: string[]): Promise<void> {
  const output = await Output.create(systemTerminal())
  // Before anything is parsed, so that usage errors are JSON too.
  output.mode = { json: beforeDashes(argv).includes('--json') }
  const context = new Context(output)
  if (argv[0] === '__complete') return (await import('./complete.ts')).complete(argv, context)
  try {
    await createProgram(context).parseAsync(spellOut(argv), { from: 'user' })
  } catch (error) {
    if (error instanceof Interrupted) {
      if (error.cause !== undefined) report(error.cause, output, context.debugging)
      return raise(error.signal)
    }
    if (error instanceof ExitStatus) return void (process.exitCode = error.status)
    if (error instanceof CommanderError && error.exitCode === 0) return
    process.exitCode = report(asUsageError(error), output, context.debugging)
  }
}

/** Other ways to say the same: `help x`, nothing at all, and the official command line's `browser session`. */
function spellOut(argv: string[]): string[] {
  const words = argv[0] === 'browser' ? argv.slice(1) : argv
  if (words[0] === 'help') return [...words.slice(1), '--help']
  return words.length === 0 ? ['--help'] : words
}

function asUsageError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error
  if (error.code === 'commander.help')
    return usageError('A command is missing.', 'See the help above.')
  return usageError(withoutSecrets(error.message.replace(/^error: /, '')))
}

/** The values of these options can hold secrets; commander quotes what it refuses. */
const withoutSecrets = (message: string): string =>
  message.replace(/(--(?:[a-z-]*header|query|body|proxy)\b.* argument) '[^]*' is/, '$1 is')

const beforeDashes = (argv: string[]): string[] => {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}

void main(process.argv.slice(2))
