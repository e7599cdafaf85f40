/** `session wait`: waits, within bounds, until a session is ready, idle or closed. */
import { Option } from 'commander'
import type { Command } from 'commander'
import type { BrowserSession } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { hasEnded, isReady } from '../../sessions/state.ts'
import { SESSION_STATES, waitForSession } from '../../sessions/wait.ts'
import type { SessionState } from '../../sessions/wait.ts'
import { waitTimeoutOption } from '../../options/duration.ts'
import { readyText } from '../../sessions/start.ts'
import { runWait, takesSession } from '../recipes.ts'

interface WaitOptions {
  for: SessionState
  waitTimeout: number
}

export function define(command: Command, context: Context): void {
  takesSession(command)
    .addOption(
      new Option('--for <state>', 'What to wait for').choices(SESSION_STATES).default('ready'),
    )
    .addOption(waitTimeoutOption(120))
    .action((given: string | undefined, options: WaitOptions) => wait(context, given, options))
}

async function wait(
  context: Context,
  given: string | undefined,
  options: WaitOptions,
): Promise<void> {
  const id = context.sessionId(given)
  await runWait(
    context,
    async (client, request) => {
      const session = await waitForSession(client, id, options.for, options.waitTimeout, request)
      if (hasEnded(session)) {
        context.current().forget(id)
        context.ledger().forget(id)
      }
      return session
    },
    {
      progress: `Waiting for ${id} to be ${options.for}`,
      abandonText: `Stopped waiting. Session ${id} goes on.`,
      done: (session) => stateText(session, options.for),
      text: () => '',
    },
  )
}

function stateText(session: BrowserSession, state: SessionState): string {
  const { browser_session_id: id, status } = session
  if (state === 'closed') return `Session ${id} ${status ?? 'ended'}`
  if (state === 'idle') return `Session ${id} is idle`
  return readyText(id, isReady(session) ? 'ready' : 'lazy')
}
