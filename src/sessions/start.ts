/** Creates a session from command line options, for `create`, `ensure` and `exec`. */
import type { Client } from '../http/request.ts'
import type { BrowserSession } from '../api/types.ts'
import { asText } from '../output/clean.ts'
import type { Context } from '../context.ts'
import { withDefaults } from './defaults.ts'
import { checkDropped } from './dropped.ts'
import { createSession, createTakes } from './create.ts'
import type { CreateSessionOptions } from './create.ts'
import { waitUntilReady } from './wait.ts'
import type { Readiness } from './wait.ts'
import { isReady } from './state.ts'
import { waiting } from '../output/waiting.ts'
import { proxyPlace } from '../options/proxy.ts'
import { report } from '../output/report.ts'
import { newSessionRequest } from './options.ts'
import type { NewSessionOptions } from './options.ts'
import type { Ledger } from '../config/ledger.ts'
import { CliError, ifBilled, usageError } from '../errors.ts'
import { findOpen } from './find.ts'

export interface CreateControl {
  /** This process closes the session when it ends. */
  held?: boolean
  onCreated?: ((sessionId: string) => void) | undefined
  /** Which policy of signals applies. */
  work?: CreateSessionOptions['work']
}

/** Creates a session. Two processes cannot take the same name at once. */
export function createFromOptions(
  context: Context,
  client: Client,
  options: NewSessionOptions,
  control: CreateControl = {},
): Promise<BrowserSession> {
  const open = () => createNamed(context, client, options, control)
  if (options.name === undefined || client.dryRun) return open()
  return context.ledger().exclusively(nameLock(options.name), createTakes(client), open)
}

export const nameLock = (name: string): string => `name ${name}`

/** The same, for a caller that already holds the lock of the name. */
export async function createNamed(
  context: Context,
  client: Client,
  options: NewSessionOptions,
  control: CreateControl = {},
): Promise<BrowserSession> {
  const { output } = context
  if (!context.settings.local().value) refuseLocalOnly(options)
  const ledger = context.ledger()
  if (options.name !== undefined) await freeName(client, ledger, options.name)
  const request = await newSessionRequest(client, withDefaults(context.settings, options).options)
  const body = { ...request, headed: options.headed, insecure_tls: options.insecureTls }
  await checkDropped(context, client, 'session', body)
  const progress = output.progress('Creating a session')
  try {
    const session = await createSession(client, body, {
      ledger,
      name: options.name,
      strict: context.globals.strict,
      request: context.requestOptions(),
      note: (text) => output.note(text),
      warn: (text) => context.warn(text),
      hasReceipt: !control.held && !output.mode.json,
      onAbandon: (error) => report(error, output),
      ...control,
    })
    output.made = { sessionId: session.browser_session_id, open: true }
    return session
  } finally {
    progress.stop()
  }
}

function refuseLocalOnly({ headed, insecureTls }: NewSessionOptions): void {
  if (headed) {
    throw usageError(
      '--headed goes with --local.',
      'The browser of a cloud session is shown by `skyvern session view`.',
    )
  }
  if (insecureTls) {
    throw usageError(
      '--insecure-tls goes with --local.',
      'The browser of a cloud session checks every certificate.',
    )
  }
}

/** Makes it the current session. */
export async function makeCurrent(context: Context, id: string): Promise<void> {
  await context.current().remember(id)
  const forced = context.env['SKYVERN_SESSION_ID']
  if (forced && forced !== id) {
    context.output.note(`SKYVERN_SESSION_ID is still set: commands go on using ${forced}.`)
  }
}

export interface ReadyOptions {
  wait?: boolean
  waitTimeout: number
}

/** Waits for the browser, if `--wait` was given. */
export async function readyIfAsked(
  { output, warn }: Context,
  client: Client,
  session: BrowserSession,
  { wait, waitTimeout }: ReadyOptions,
): Promise<BrowserSession> {
  if (!wait || isReady(session)) return session
  const { browser_session_id: id } = session
  const ready = await waiting(
    output,
    `Waiting for ${id}`,
    `Session ${id} stays open${ifBilled(client, ', and bills')}: skyvern session close ${id}`,
    () => waitUntilReady(client, id, waitTimeout),
  )
  output.done(readyText(id, ready.state))
  const { warning } = ready.session.browser_settings_receipt ?? {}
  if (warning) warn(warning)
  return ready.session
}

/** A server that starts browsers with the first task never reports that one is ready. */
export const readyText = (id: string, state: Readiness['state']): string =>
  state === 'ready'
    ? `Session ${id} is ready`
    : `Session ${id} is usable: this server starts the browser with the first task`

const IGNORED = 'ignored by the embedded backend'

/** Prints what was created, and which values came from stored defaults. */
export function receipt(
  { output, settings }: Context,
  session: BrowserSession,
  given: NewSessionOptions,
): void {
  const { options, sources } = withDefaults(settings, given)
  const { proxy, timezone, extension, browserType } = options
  const { ignored } = session.embedded ?? {}
  const fields = Array.isArray(ignored) ? ignored.map(asText) : []
  const others = fields.filter((field) => field !== 'proxy_location')
  const from = (option: keyof NewSessionOptions): string =>
    sources[option] ? ` (${sources[option]})` : ''
  const parts = [
    `Session ${session.browser_session_id} ${asText(session.status ?? 'created')}`,
    (session.timeout === null ? 'no timeout' : `${asText(session.timeout)} min`) + from('timeout'),
    proxy !== undefined &&
      `proxy ${proxyPlace(proxy)}${from('proxy')}${fields.includes('proxy_location') ? `, ${IGNORED}` : ''}`,
    timezone !== undefined && `${timezone}${from('timezone')}`,
    sources.extension && `${extension}${from('extension')}`,
    sources.browserType && `${browserType}${from('browserType')}`,
    others.length > 0 &&
      `${others.map((field) => field.replaceAll('_', ' ')).join(', ')} ${IGNORED}`,
  ]
  output.done(parts.filter(Boolean).join(' · '))
  if (session.app_url) output.note(`Live view ${asText(session.app_url)}`)
}

/**
 * Frees the name if its session has ended.
 * @throws CliError `conflict` when the name is taken in this scope
 */
export async function freeName(client: Client, ledger: Ledger, name: string): Promise<void> {
  const taken = ledger.find(name)
  if (!taken) return
  const { session_id: id } = taken
  if (!client.dryRun && !(await findOpen(client, id))) return ledger.forget(id)
  throw new CliError('conflict', `The name "${name}" is taken by ${id}.`, {
    sessionId: id,
    hint: `Close it with \`skyvern session close ${name}\`, or use it: \`skyvern session ensure --name ${name}\``,
  })
}
