/** `session get`: everything about one session. */
import type { Command } from 'commander'
import { getBrowserSession } from '../../api/endpoints.ts'
import { zonedTime } from '../../http/clock.ts'
import type { BrowserSession } from '../../api/types.ts'
import { asText } from '../../output/clean.ts'
import type { Context } from '../../context.ts'
import { earliestEnd, secondsUsed } from '../../sessions/state.ts'
import { maskUrl } from '../../output/mask.ts'
import { runGet, takesSession } from '../recipes.ts'
import type { Rows } from '../recipes.ts'
import { formatDuration } from '../../output/words.ts'

export function define(command: Command, context: Context): void {
  takesSession(command)
    .option('--show-secrets', 'Show the CDP address, which is enough to drive the browser')
    .action((given: string | undefined, { showSecrets = false }: { showSecrets?: boolean }) => {
      const id = context.sessionId(given)
      return runGet(
        context,
        (client, options) => getBrowserSession(client, id, options),
        (session, { clock }) => [
          ...nameOf(context, session),
          ...rowsOf(session, showSecrets, Date.now() + clock.offset),
        ],
      )
    })
}

/** The name of the session on this machine. It is not printed in a pipe, so that the output for scripts does not change. */
function nameOf(context: Context, { browser_session_id: id }: BrowserSession): Rows {
  if (!context.output.terminal.interactive) return []
  const { value: scope } = context.scope
  const entry = context
    .ledger()
    .entries()
    .find((known) => known.session_id === id && known.scope === scope)
  return [['name', entry?.name]]
}

const listText = (value: unknown): string =>
  Array.isArray(value) ? value.map(asText).join(', ') : asText(value)

function rowsOf(session: BrowserSession, showSecrets: boolean, now: number): Rows {
  const { browser_address: address } = session
  const end = earliestEnd(session)
  return [
    ['id', session.browser_session_id],
    ['status', session.status],
    ['busy with', session.runnable_id],
    ['timeout', session.timeout === null ? 'none' : `${asText(session.timeout)} min`],
    [
      'ends at the earliest',
      session.completed_at || Number.isNaN(end) ? '' : new Date(end).toISOString(),
    ],
    ['used', formatDuration(secondsUsed(session, now))],
    ['live view', session.app_url],
    ['cdp address', address && (showSecrets ? address : maskUrl(address))],
    ['profile', session.browser_profile_id],
    ['saves its profile', session.generate_browser_profile ? 'yes' : 'no'],
    ['extensions', listText(session.extensions)],
    ['browser type', session.browser_type],
    ['downloads', session.downloaded_files?.length || ''],
    ['recordings', session.recordings?.length || ''],
    ['created', zonedTime(session.created_at)],
    ['started', session.started_at && zonedTime(session.started_at)],
    ['completed', session.completed_at && zonedTime(session.completed_at)],
  ]
}
