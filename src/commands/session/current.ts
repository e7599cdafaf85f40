/** `session current`: prints the id of the current session, and its source on stderr, without a request. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'

export function define(command: Command, context: Context): void {
  command.action(() => {
    const id = context.sessionId()
    const source = context.current().resolve()?.source
    context.output.result({ browser_session_id: id, source }, id)
  })
}
