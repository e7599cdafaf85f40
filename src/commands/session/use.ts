/** `session use`: makes an open session the current one. */
import type { Command } from 'commander'
import { getBrowserSession } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { hasEnded, sessionEnded } from '../../sessions/state.ts'
import { readText } from '../../options/text.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<session>', 'Id or name, or - to read it from standard input')
    .action(async (given: string) => {
      const id = context.sessionId(readText(given, 'The session').trim())
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
