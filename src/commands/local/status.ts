/** `local status`: whether the embedded backend runs, where, and with how many sessions. Starts nothing. */
import type { Command } from 'commander'
import { getBrowserSessions } from '../../api/endpoints.ts'
import { createClient } from '../../http/client.ts'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { shown } from './backend.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { findBackend } = await import('../../local/door.ts')
    const backend = await findBackend(context.localFolder())
    if (!backend) {
      throw new CliError('not_found', 'No embedded backend is running.', {
        hint: 'Any command with --local starts it, or `skyvern local start`.',
      })
    }
    const { baseUrl, apiKey } = backend
    const open = await getBrowserSessions(
      createClient({ baseUrl, apiKey, ...(await context.transport()) }),
    )
    const status = { ...shown(context, backend), open_sessions: open.length }
    await context.output.details(status, [
      ['address', status.base_url],
      ['demo site', status.demo_url],
      ['open sessions', status.open_sessions],
      ['browser', status.browser],
      ['process', status.pid],
      ['version', status.version],
      ['started', status.started_at],
      ['key', `in ${status.key_file}`],
    ])
  })
}
