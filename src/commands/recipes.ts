/**
 * Recipes for plain verbs, which make one call and print once. A verb gives the call and says how its answer reads. The
 * recipe adds the client, the request options and the form of the output.
 */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CliError, forEachOf, usageError } from '../errors.ts'
import { ApiError } from '../http/errors.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { confirm } from '../output/prompt.ts'
import { throwGravest } from '../output/report.ts'
import type { Spinner } from '../output/spinner.ts'
import type { Column } from '../output/table.ts'
import { waiting } from '../output/waiting.ts'

/** The main request of a command. Its options contain `--query` and `--body`. */
type Ask<Answer> = (client: Client, options: RequestOptions) => Promise<Answer>

/** An object as a person reads it: names and values. Empty values are left out. */
export type Rows = [name: string, value: unknown][]

/** The argument `[session]`, for `context.sessionId(given)`. */
export const takesSession = (command: Command): Command =>
  command.argument('[session]', 'Id or name; the current session without one')

/** Shows one object. */
export async function runGet<Answer extends object>(
  context: Context,
  ask: Ask<Answer>,
  rowsOf: (answer: Answer, client: Client) => Rows,
): Promise<void> {
  const client = await context.client()
  const answer = await ask(client, context.requestOptions())
  await context.output.details(answer, rowsOf(answer, client))
}

interface ListForm<Row> {
  columns: Column<Row>[]
  /** The field that `--quiet` prints. */
  id: keyof Row & string
  /** Printed if there are no rows. */
  nothing: string
  /** How many rows were asked for, if the server does not say how many there are. */
  limit?: number
}

/** Shows a list. */
export async function runList<Row extends object>(
  context: Context,
  ask: Ask<Row[]>,
  { columns, ...form }: ListForm<Row>,
): Promise<void> {
  const client = await context.client()
  const rows = await ask(client, context.requestOptions())
  await context.output.list(rows.slice(0, form.limit), columns, form)
}

interface Receipt<Answer> {
  /** The receipt on stderr. */
  done: (answer: Answer) => string
  /** The result on stdout. */
  text: (answer: Answer) => string
}

/** Changes something, and prints a receipt and the result. */
export async function runWrite<Answer>(
  context: Context,
  send: Ask<Answer>,
  { done, text }: Receipt<Answer>,
): Promise<void> {
  const client = await context.client()
  const answer = await send(client, context.requestOptions())
  context.output.done(done(answer))
  context.output.result(answer, text(answer))
}

export interface DeleteOptions {
  yes?: boolean
  ignoreMissing?: boolean
}

/** `<things...>`, `--yes` and `--ignore-missing`. */
export const takesThings = (command: Command, noun: string): Command =>
  command
    .argument(`<${noun}s...>`, 'Ids or names')
    .option('-y, --yes', 'Do not ask')
    .option('--ignore-missing', `Ignore a ${noun} that the server does not know`)

interface DeleteForm<Thing> {
  /** For sentences: `profile`. */
  noun: string
  find: (client: Client, given: string) => Promise<Thing>
  /** What uses it, as a sentence. */
  warning?: (client: Client, thing: Thing) => Promise<string>
  remove: (client: Client, thing: Thing, options: RequestOptions) => Promise<void>
}

/** Deletes things permanently. Asks about each, and continues if one fails. */
export async function runDelete<Thing>(
  context: Context,
  given: string[],
  options: DeleteOptions,
  { noun, find, warning, remove }: DeleteForm<Thing>,
): Promise<void> {
  const { output } = context
  const client = await context.client()
  const deleteOne = async (name: string): Promise<void> => {
    const thing = await find(client, name)
    if (!options.yes && !client.dryRun) {
      const said = (await warning?.(client, thing)) ?? ''
      const question = [`Delete the ${noun} ${name}?`, said].filter(Boolean).join(' ')
      if (!(await confirm(output, question))) throw usageError('Nothing was deleted.')
    }
    await remove(client, thing, context.requestOptions())
    output.done(`${noun[0]?.toUpperCase()}${noun.slice(1)} ${name} deleted`)
  }
  const { failures } = await forEachOf(new Set(given), (name) =>
    deleteOne(name).catch((error: unknown) => {
      if (!options.ignoreMissing || !isMissing(error)) throw error
      output.note(error.message)
    }),
  )
  throwGravest(output, failures)
}

const isMissing = (error: unknown): error is ApiError | CliError =>
  (error instanceof ApiError && error.kind === 'not_found') ||
  (error instanceof CliError && error.code === 'not_found')

interface WaitForm<Answer> extends Receipt<Answer> {
  /** Shown during the wait. */
  progress: string
  /** Printed when a signal ends the wait: what continues. */
  abandonText: string
}

/** Waits for something, and prints a receipt and the result. */
export async function runWait<Answer>(
  context: Context,
  wait: (client: Client, options: RequestOptions, progress: Spinner) => Promise<Answer>,
  { progress, abandonText, ...receipt }: WaitForm<Answer>,
): Promise<void> {
  await runWrite(
    context,
    (client, options) =>
      waiting(context.output, progress, abandonText, (spinner) => wait(client, options, spinner)),
    receipt,
  )
}
