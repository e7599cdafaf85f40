/**
 * The CDP address of a session. Its token differs from the key and opens one session, as long as this backend runs. It is
 * derived from the key when needed, so it is never stored.
 */
import { createHmac } from 'node:crypto'

export const CDP_PATH = /^\/v1\/browser_sessions\/(?<id>\w+)\/cdp(\/json\/version)?\/?$/

export function cdpToken(key: string, sessionId: string): string {
  return createHmac('sha256', key).update(`cdp ${sessionId}`).digest('base64url')
}

/** `baseUrl` is that of the backend, `http://127.0.0.1:<port>`. */
export function cdpAddress(baseUrl: string, key: string, sessionId: string): string {
  const base = baseUrl.replace(/^http/, 'ws')
  return `${base}/v1/browser_sessions/${sessionId}/cdp?token=${cdpToken(key, sessionId)}`
}
