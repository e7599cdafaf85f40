/** `session view`: the live view of a session. */
import type { Command } from 'commander'
import { getBrowserSession } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { takesSession } from '../recipes.ts'
import { hasEnded } from '../../sessions/state.ts'
import { showPage } from '../../output/web-page.ts'

export function define(command: Command, context: Context): void {
  takesSession(command).action(async (given: string | undefined) => {
    const id = context.sessionId(given)
    const client = await context.client()
    const session = await getBrowserSession(client, id, context.requestOptions())
    if (hasEnded(session)) context.output.note(`Session ${id} has ended (${session.status}).`)
    await showPage(
      context.output,
      session,
      session.app_url,
      `Session ${id} does not have a live view.`,
      context.settings.local().value
        ? `Its page as it is now: \`skyvern session screenshot ${id}\`. With a window: \`skyvern session create --local --headed\``
        : `Its page as it is now: \`skyvern session screenshot ${id}\``,
    )
  })
}
