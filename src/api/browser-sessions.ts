/** Browser sessions, one function an endpoint, named as in the official TypeScript SDK. */
import { read, request } from './client.ts'
import type { Client, RequestOptions } from './client.ts'
import { segment } from '../http/id.ts'
import type * as Types from './types.ts'

type Session = Types.BrowserSession

const ROOT = '/v1/browser_sessions'
const expect = { id: 'browser_session_id' }
const pathOf = (sessionId: string, verb = ''): string => `${ROOT}/${segment(sessionId)}${verb}`

/** Starts a session that bills until it is closed. Never repeated once it was sent: the API has no idempotency key. */
export const createBrowserSession = (
  client: Client,
  body: Types.CreateBrowserSessionRequest = {},
  options?: RequestOptions,
): Promise<Session> =>
  request(
    client,
    // A cloud server may answer only when the browser is up.
    { method: 'POST', path: ROOT, body, repeat: 'unsent', expect, timeoutInSeconds: 120 },
    options,
  )

/** One session, in any state and of any age. */
export const getBrowserSession = (client: Client, sessionId: string, options?: RequestOptions) =>
  read<Session>(client, { path: pathOf(sessionId), expect }, options)

/** The active sessions created in the last 24 hours: unpaginated, in no promised order. */
export const getBrowserSessions = (client: Client, options?: RequestOptions) =>
  read<Session[]>(client, { path: ROOT, expect: 'array' }, options)

/** The sessions of the last 7 days in every state, running ones first. `page_size` up to 100. */
export const getBrowserSessionHistory = (
  client: Client,
  query: { page?: number; page_size?: number } = {},
  options?: RequestOptions,
) => read<Session[]>(client, { path: `${ROOT}/history`, query, expect: 'array' }, options)

/** Changes the one thing that a live session lets change. 409 once it has ended. */
export const updateBrowserSession = (
  client: Client,
  sessionId: string,
  body: Types.UpdateBrowserSessionRequest,
  options?: RequestOptions,
): Promise<Session> =>
  request(
    client,
    { method: 'PATCH', path: pathOf(sessionId), body, repeat: 'safe', expect },
    options,
  )

/**
 * Puts off the end of a live session. Never repeated once it was sent: every request adds its minutes again. 409 once it
 * has ended or lives as long as it may; servers before 1.0.56 do not know it.
 */
export const extendBrowserSession = (
  client: Client,
  sessionId: string,
  body: Types.ExtendBrowserSessionRequest,
  options?: RequestOptions,
): Promise<Session> => {
  const path = pathOf(sessionId, '/extend')
  return request(client, { method: 'POST', path, body, repeat: 'unsent', expect }, options)
}

/**
 * Asks for the end of a session; the same answer for one that has ended. A cloud server may finish later: see
 * `sessions/close.ts`. Each try is bounded at 30 s.
 */
export const closeBrowserSession = (
  client: Client,
  sessionId: string,
  options?: RequestOptions,
): Promise<unknown> => {
  const bounds = { repeat: 'safe', expect: 'json', timeoutInSeconds: 30 } as const
  return request(client, { method: 'POST', path: pathOf(sessionId, '/close'), ...bounds }, options)
}
