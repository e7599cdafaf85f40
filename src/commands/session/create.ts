/** `session create`: prints the id, and makes the session the current one. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { ifBilled } from '../../errors.ts'
import { abandonedSessions } from '../../sessions/mine.ts'
import { waitTimeoutOption } from '../../options/duration.ts'
import { createFromOptions, makeCurrent, readyIfAsked, receipt } from '../../sessions/start.ts'
import type { ReadyOptions } from '../../sessions/start.ts'
import { addNewSessionOptions } from '../../sessions/options.ts'
import type { NewSessionOptions } from '../../sessions/options.ts'
import { addPrintOptions, checkPrintOptions, printSession } from '../../sessions/print.ts'
import type { PrintOptions } from '../../sessions/print.ts'

interface CreateOptions extends NewSessionOptions, ReadyOptions, PrintOptions {}

export function define(command: Command, context: Context): void {
  addNewSessionOptions(command)
    .argument('[url]', 'Page to open first')
    .option('--wait', 'Wait until the browser is ready')
    .addOption(waitTimeoutOption(120))
    .action((url: string | undefined, options: CreateOptions) =>
      create(context, { ...options, url }),
    )
  addPrintOptions(command)
}

async function create(context: Context, options: CreateOptions): Promise<void> {
  checkPrintOptions(context, options)
  const client = await context.client()
  const before = context.current().remembered()
  const created = await createFromOptions(context, client, options)
  const { browser_session_id: id } = created
  // Printed now, because a signal from here on leaves the session open.
  receipt(context, created, options)
  await makeCurrent(context, id)
  if (before && before !== id) {
    context.output.note(
      `The current session was ${before}. If it is still open, ${ifBilled(client, 'it bills') || 'close it'}: skyvern session close ${before}`,
    )
  }
  const left = abandonedSessions(context.ledger(), Date.now() + client.clock.offset)
  if (left.length > 0) {
    context.output.note(
      `A killed \`session exec\` may have left open: skyvern session close ${left.join(' ')}`,
    )
  }
  printSession(context, client, await readyIfAsked(context, client, created, options), options)
}
