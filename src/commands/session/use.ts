/** `session use`: makes an open session the current one. */
import type { Command } from 'commander'
import { getBrowserSession } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { hasEnded, sessionEnded } from '../../sessions/state.ts'
import { CliError } from '../../errors.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<session>', 'Id or name, or - for the one before')
    .action(async (given: string) => {
      const id = given === '-' ? before(context) : context.sessionId(given)
      const client = await context.client()
      const session = await getBrowserSession(client, id, context.requestOptions())
      if (hasEnded(session)) throw sessionEnded(session)
      await context.current().choose(id)
      const forced = context.env['SKYVERN_SESSION_ID']
      if (forced && forced !== id) {
        context.warn(`SKYVERN_SESSION_ID is still set: commands go on using ${forced}.`)
      }
      context.output.result(session, id)
    })
}

function before(context: Context): string {
  const id = context.current().before()
  if (id !== undefined) return id
  throw new CliError('no_current_session', 'No session was current before this one.', {
    hint: 'Pass the id of an open one: `skyvern session list`',
  })
}
