/** Connects to the browser of a session: which addresses get the API key, and what each failure means. */
import { getBrowserSession } from '../api/endpoints.ts'
import type { BrowserSession } from '../api/types.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { baseUrlOf, isLoopback } from '../http/base-url.ts'
import type { Client } from '../http/request.ts'
import { hasEnded, sessionEnded } from '../sessions/state.ts'
import { cleanLine } from '../output/clean.ts'
import { CommandError, Connection, ConnectionError } from './connection.ts'

const TIMEOUT_SECONDS = 30

/**
 * Works with a session's browser, then disconnects. The browser stays open.
 * @throws CliError `session_ended`, `not_found` if the server gives no address, `bad_response`, `timeout`, `network`,
 *   `auth_rejected`, `api_error`
 */
export async function inBrowser<Result>(
  context: Context,
  given: string | undefined,
  work: (browser: Connection, session: BrowserSession) => Promise<Result>,
): Promise<Result> {
  const id = context.sessionId(given)
  const client = await context.client()
  const session = await getBrowserSession(client, id, context.requestOptions())
  const address = addressOf(session)
  const progress = context.output.progress(`Attaching to ${id}`)
  let browser: Connection | undefined
  try {
    browser = await Connection.open(address, {
      headers: keyBelongsTo(address, client)
        ? { 'x-api-key': client.apiKey ?? '', 'x-session-id': id }
        : {},
      agentFor: client.agentFor,
      timeoutMs: (client.timeoutInSeconds ?? TIMEOUT_SECONDS) * 1000,
    })
    return await work(browser, session)
  } catch (error) {
    throw failureOf(error, session, address)
  } finally {
    progress.stop()
    browser?.close()
  }
}

function addressOf(session: BrowserSession): URL {
  const { browser_session_id: id, browser_address: address } = session
  if (hasEnded(session)) throw sessionEnded(session)
  if (!address) {
    throw new CliError('not_found', `The server gives no CDP address for session ${id}.`, {
      sessionId: id,
      hint: 'A browser that is not up yet has none: `skyvern session wait --for ready`. Some self-hosted servers never give one.',
    })
  }
  const url = URL.canParse(address) ? new URL(address.replace(/^http/, 'ws')) : undefined
  if (url && /^wss?:$/.test(url.protocol)) return url
  throw new CliError('bad_response', `The CDP address of session ${id} is not an address.`, {
    sessionId: id,
  })
}

/**
 * An address contains its own token. The key is sent too, but only to the API's own host and between hosts of Skyvern's
 * cloud: never unencrypted over a network, and never to any other host that a server names.
 */
function keyBelongsTo(address: URL, client: Client): boolean {
  const base = baseUrlOf(client.baseUrl)
  const isSame = address.hostname === base.hostname
  if (address.protocol === 'ws:') return isSame && isLoopback(address)
  return isSame || (ofCloud(address) && ofCloud(base))
}

const ofCloud = ({ hostname }: URL): boolean => /(^|\.)skyvern\.com$/.test(hostname)

function failureOf(error: unknown, session: BrowserSession, { host }: URL): unknown {
  const { browser_session_id: sessionId } = session
  if (error instanceof CommandError) {
    const message = `The browser of session ${sessionId} refused: ${cleanLine(error.message)}`
    return new CliError('api_error', message, { sessionId })
  }
  if (!(error instanceof ConnectionError)) return error
  const { status, closeCode } = error
  const reason = cleanLine(error.message, 300)
  if (status === 404 || status === 410 || closeCode === 4408 || closeCode === 4410) {
    const message = `The browser of session ${sessionId} is gone: ${reason}`
    return new CliError('session_ended', message, {
      sessionId,
      hint: 'Open a new session: `skyvern session create`',
    })
  }
  if (status === 401 || status === 403) {
    const message = `The browser of session ${sessionId} refused to be attached to: ${reason}`
    return new CliError('auth_rejected', message, { sessionId, httpStatus: status })
  }
  const message = `The browser of session ${sessionId} cannot be reached at ${host}: ${reason}`
  return new CliError(reason.startsWith('no answer') ? 'timeout' : 'network', message, {
    sessionId,
    retryable: true,
    httpStatus: status,
  })
}
