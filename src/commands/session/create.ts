/** `session create`: the id on stdout, the receipt on stderr, and from now on the current session. */
import type { Command } from 'commander'
import type { BrowserSession } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { openSession } from '../../lifecycle/open.ts'
import { waitUntilReady } from '../../lifecycle/ready.ts'
import { maskRequest } from '../../output/mask.ts'
import { waitTimeoutOption } from '../values/duration.ts'
import { checkName } from '../values/session-name.ts'
import { addNewSessionOptions, newSessionRequest } from './options.ts'
import type { NewSessionOptions } from './options.ts'

interface CreateOptions extends NewSessionOptions {
  wait?: boolean
  waitTimeout: number
}

export function define(command: Command, context: Context): void {
  addNewSessionOptions(command)
    .argument('[url]', 'Page to open first')
    .option('--wait', 'Wait until the browser is ready')
    .addOption(waitTimeoutOption(120))
    .action((url: string | undefined, options: CreateOptions) => create(context, url, options))
}

async function create(
  context: Context,
  url: string | undefined,
  options: CreateOptions,
): Promise<void> {
  const { output } = context
  const ledger = context.ledger()
  checkName(ledger, options.name)
  const client = await context.client()
  const body = await newSessionRequest(client, { ...options, ...(url !== undefined && { url }) })
  const before = context.current().remembered()
  const progress = output.progress('Creating a session')
  let session: BrowserSession
  try {
    session = await openSession(client, body, {
      ledger,
      name: options.name,
      strict: context.globals.strict,
      request: context.requestOptions(),
      note: (text) => output.note(text),
      warn: context.warn,
    })
  } finally {
    progress.stop()
  }
  const { browser_session_id: id } = session
  await context.current().remember(id)
  if (options.wait) {
    const waiting = output.progress(`Waiting for ${id}`)
    try {
      session = (await waitUntilReady(client, id, options.waitTimeout)).session
    } finally {
      waiting.stop()
    }
  }
  receipt(context, session, body.proxy_location, before)
  output.result(session, id)
}

function receipt(
  context: Context,
  session: BrowserSession,
  proxy: unknown,
  before: string | undefined,
): void {
  const { output } = context
  const parts = [
    `Session ${session.browser_session_id} ${session.status ?? 'created'}`,
    session.timeout === null ? 'no timeout' : `${session.timeout} min`,
    proxy !== undefined && `proxy ${describe(proxy)}`,
  ]
  output.done(parts.filter(Boolean).join(' · '))
  if (session.app_url) output.note(`Live view ${session.app_url}`)
  const forced = context.env['SKYVERN_SESSION_ID']
  if (forced) output.note(`SKYVERN_SESSION_ID stays in force: commands go on using ${forced}.`)
  if (before && before !== session.browser_session_id) {
    output.note(
      `The current session was ${before}; if it is open, it still bills: skyvern session close ${before}`,
    )
  }
}

const describe = (proxy: unknown): string =>
  typeof proxy === 'string' ? proxy : JSON.stringify(maskRequest(proxy))
