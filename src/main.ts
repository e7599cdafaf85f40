/** From the command line to the exit status. Only this file catches failures to report them. */
import { CommanderError } from 'commander'
import { Context } from './context.ts'
import { ExitStatus } from './errors.ts'
import { DryRun } from './http/errors.ts'
import { dieOfSignals, Interrupted, raise } from './interrupts.ts'
import { Output } from './output/output.ts'
import { printPlanned, report } from './output/report.ts'
import { systemTerminal } from './output/terminal.ts'
import { createProgram } from './cli/program.ts'
import { TREE } from './cli/tree.ts'

async function main(argv: string[]): Promise<void> {
  if (argv[0] === '__watchdog') return (await import('./exec/watchdog-program.ts')).runWatchdog()
  dieOfSignals()
  // Set before parsing, so that it applies to usage errors too.
  const flags = beforeDashes(argv)
  const output = await Output.create(systemTerminal(), !flags.includes('--no-color'))
  output.mode = { json: flags.includes('--json') }
  const context = new Context(output)
  process.on('uncaughtException', (error) => {
    // A command with a session to close has its own listener, and closes it first.
    if (process.listenerCount('uncaughtException') > 1) return
    process.exit(report(error, output, context.debugging))
  })
  if (argv[0] === '__complete') return (await import('./cli/complete.ts')).complete(argv, context)
  try {
    await run(argv, context)
  } catch (error) {
    if (error instanceof Interrupted) {
      if (error.cause !== undefined) report(error.cause, output, context.debugging)
      return raise(error.signal)
    }
    if (error instanceof ExitStatus) return void (process.exitCode = error.status)
    if (error instanceof CommanderError && error.exitCode === 0) return
    const told =
      error instanceof CommanderError
        ? (await import('./cli/usage-errors.ts')).refusalOf(error)
        : error
    process.exitCode = report(told, output, context.debugging)
  }
}

/** Runs the command. A dry run ends early, and its requests are printed even if some of them failed. */
async function run(argv: string[], context: Context): Promise<void> {
  try {
    const program = createProgram(context)
    if (argv.some(isDoubtful)) (await import('./cli/check-words.ts')).checkWords(program, argv)
    await program.parseAsync(spellOut(argv), { from: 'user' })
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
  } finally {
    if (context.planned.length > 0) printPlanned(context.planned, context.output)
  }
}

/** Matches words that are empty, end with `=`, or contain the character that Node puts for bytes that are not text. */
const isDoubtful = (word: string): boolean => /^[\s,]*$|=[\s,]*$|\uFFFD/.test(word)

/** Accepts other spellings: `help x`, `x help y`, no arguments (`status`), and `browser session` of the official command line. */
function spellOut(argv: string[]): string[] {
  const words = argv[0] === 'browser' ? argv.slice(1) : argv
  const [first = 'status', ...rest] = words
  if (words.length === 0) return [first]
  if (first === 'help') return explains(rest) ? words : [...rest, '--help']
  if (rest[0] === 'help' && hasVerbs(first)) return [first, ...rest.slice(1), '--help']
  // Commander would show the help of the program.
  return known(first) ? words : words.filter((word) => word !== '--help' && word !== '-h')
}

/** Whether `help` has an answer of its own: to a topic, or as JSON or for an agent. */
const explains = (words: string[]): boolean => {
  const topic = words.find((word) => !word.startsWith('-'))
  const asked = words.includes('--json') || words.includes('--skill')
  return topic === undefined ? asked && !words.includes('--help') : !known(topic)
}

const known = (word = '--help'): boolean => word.startsWith('-') || Object.hasOwn(TREE, word)

const hasVerbs = (noun: string): boolean => {
  const entry = Object.hasOwn(TREE, noun) ? TREE[noun] : undefined
  return entry !== undefined && 'verbs' in entry
}

const beforeDashes = (argv: string[]): string[] => {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}

void main(process.argv.slice(2))
