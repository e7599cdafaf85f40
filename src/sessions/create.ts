/**
 * Creates a session so that it cannot be lost: the create is in the ledger before it is sent, it is sent once, the answer
 * is compared with the request, and after a signal the session is closed as soon as its id is known.
 */
import { createBrowserSession, getBrowserSessions, updateBrowserSession } from '../api/endpoints.ts'
import type { Client, RequestOptions } from '../http/request.ts'
import { ApiError, isInDoubt } from '../http/errors.ts'
import { serverTimeOf, timeOf, uptime } from '../http/clock.ts'
import type { BrowserSession, CreateBrowserSessionRequest } from '../api/types.ts'
import { CREATE_TIMEOUT } from '../api/values.ts'
import { asText } from '../output/clean.ts'
import type { Ledger, LedgerEntry } from '../config/ledger.ts'
import { CliError, ifBilled } from '../errors.ts'
import { Interrupted, interruptible } from '../interrupts.ts'
import type { Work } from '../interrupts.ts'
import { abandonedClose, asUnconfirmed, closeSession } from './close.ts'
import { findMadeSince, unconfirmed } from './reconcile.ts'
import { hasEnded, sessionEnded } from './state.ts'
import type { Candidates } from './reconcile.ts'

export interface CreateSessionOptions {
  ledger: Ledger
  name?: string | undefined
  /** This process closes the session when it ends. */
  held?: boolean | undefined
  /** The receipt names the fields that the embedded backend ignores, so that a warning is not needed. */
  hasReceipt?: boolean
  /** Turns a warning of the server into a failure, and closes the session. */
  strict?: boolean | undefined
  request?: RequestOptions
  note: (text: string) => void
  warn: (text: string) => void
  /** Reports what is in doubt when a signal ends the process before the answer. */
  onAbandon: (error: CliError) => void
  /** Called with the id as soon as there is one, before anything that takes time. */
  onCreated?: ((sessionId: string) => void) | undefined
  /** Which policy of signals applies. */
  work?: Extract<Work, 'create' | 'create in exec'>
}

/** Seconds until a create has its answer, or will not get one: the time limit of the request and some to reconcile. */
export const createTakes = ({ timeoutInSeconds = CREATE_TIMEOUT }: Client): number =>
  timeoutInSeconds + 30

/**
 * Creates a session.
 * @throws CliError `create_unconfirmed` if the answer was lost, `session_ended` if the session failed at once
 *   · Interrupted if a signal arrived meanwhile, after closing the session
 */
export async function createSession(
  client: Client,
  body: CreateBrowserSessionRequest,
  options: CreateSessionOptions,
): Promise<BrowserSession> {
  const { ledger, name, held, note, onAbandon, onCreated, work = 'create' } = options
  const entry = ledger.open({ createTakes: createTakes(client), name, held, timeout: body.timeout })
  let createdId: string | undefined
  const { signal, received, release } = interruptible(work, {
    onSignal: (_, last) => {
      const again = last ? ' Press Ctrl-C again to stop at once.' : ''
      note(`A session is being created: waiting for the answer, to close it.${again}`)
    },
    onAbandon: () =>
      onAbandon(
        createdId === undefined ? abandonedCreate(client) : abandonedClose(client, createdId),
      ),
  })
  try {
    const session = await send(client, body, entry, options, signal)
    if (hasEnded(session)) {
      ledger.remove(entry)
      throw sessionEnded(session)
    }
    createdId = session.browser_session_id
    onCreated?.(createdId)
    ledger.complete(entry, createdId, timeOf(session.created_at))
    const verified = received() ? session : await verify(client, body, session, options)
    // Node delivers signals between turns of its event loop, so one that came with the answer is seen a turn later.
    await new Promise(setImmediate)
    const overtaken = received()
    if (!overtaken) return verified
    await closeCreated(client, session, ledger)
    note(`Session ${createdId} was closed.`)
    throw new Interrupted(overtaken)
  } catch (error) {
    const overtaken = received()
    if (!overtaken || error instanceof Interrupted) throw error
    throw new Interrupted(overtaken, error)
  } finally {
    release()
  }
}

const abandonedCreate = (client: Client): CliError =>
  new CliError(
    'create_unconfirmed',
    `Stopped before the answer. A session may exist${ifBilled(client, ' and bill')}.`,
    {
      hint: 'Look: `skyvern session list`',
    },
  )

async function send(
  client: Client,
  body: CreateBrowserSessionRequest,
  entry: LedgerEntry,
  { ledger, request, note }: CreateSessionOptions,
  stop: AbortSignal,
): Promise<BrowserSession> {
  const sent = uptime()
  try {
    return await createBrowserSession(client, body, { ...request, lastTry: stop })
  } catch (error) {
    if (!isInDoubt(error)) {
      ledger.remove(entry)
      throw error
    }
    note('The answer was lost. Looking for the session that may have been created…')
    const found = await findSessions(client, sent, ledger, stop)
    if (client.clock.known) ledger.stamp(entry, serverTimeOf(sent, client.clock.offset))
    throw sessionInDoubt(client, error, found)
  }
}

/** Open sessions that are not in the ledger. */
const findSessions = (
  client: Client,
  sent: number,
  ledger: Ledger,
  stop: AbortSignal,
): Promise<Candidates<BrowserSession>> =>
  findMadeSince(client, sent, {
    list: (options) => getBrowserSessions(client, options),
    ours: (sessions) => sessions.filter(({ browser_session_id: id }) => !ledger.knows(id)),
    stop,
  })

const sessionInDoubt = (
  client: Client,
  cause: ApiError,
  { items, unseen }: Candidates<BrowserSession>,
): CliError =>
  unconfirmed(cause, {
    message: `It is not known whether a session was created${ifBilled(client, ', and it would bill')}`,
    noun: 'session',
    ids: items.map((session) => session.browser_session_id),
    intro: "It may be one of these. Nothing was closed, because it may be somebody else's:",
    each: 'skyvern session close',
    list: 'skyvern session list',
    unseen,
  })

/** Compares the answer with the request: a server ignores fields that it does not know, and may change others. */
async function verify(
  client: Client,
  body: CreateBrowserSessionRequest,
  created: BrowserSession,
  { strict, warn, ledger, hasReceipt }: CreateSessionOptions,
): Promise<BrowserSession> {
  let session = created
  const warnings: string[] = []
  const { embedded } = session
  const said = embedded && hasReceipt && !strict ? embedded.warning : session.warning
  if (said) warnings.push(asText(said))
  else if (body.timeout !== undefined && session.timeout !== body.timeout) {
    warnings.push(`The server gave ${asText(session.timeout)} minutes, not ${body.timeout}.`)
  }
  if (body.browser_settings?.timezone_id && session.browser_settings === undefined) {
    warnings.push('This server does not set the time zone of a session: it is older than 1.0.56.')
  }
  if (body.generate_browser_profile && !session.generate_browser_profile) {
    const patched = await patchProfile(client, session.browser_session_id)
    if (patched) session = { ...patched, warning: session.warning ?? null }
    else warnings.push('This server cannot save the browser profile of the session.')
  }
  if (strict && warnings.length > 0) {
    await closeCreated(client, session, ledger)
    throw new CliError('api_error', `${warnings.join(' ')} The session was closed (--strict).`, {
      sessionId: session.browser_session_id,
    })
  }
  for (const warning of warnings) warn(warning)
  return session
}

/** An old server may ignore the field in a create but accept it in a PATCH. */
async function patchProfile(client: Client, id: string): Promise<BrowserSession | undefined> {
  try {
    const session = await updateBrowserSession(client, id, { generate_browser_profile: true })
    return session.generate_browser_profile ? session : undefined
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

async function closeCreated(
  client: Client,
  { browser_session_id: id }: BrowserSession,
  ledger: Ledger,
): Promise<void> {
  try {
    await closeSession(client, id, { waitSeconds: 30 })
  } catch (error) {
    throw asUnconfirmed(client, id, error)
  }
  ledger.forget(id)
}
