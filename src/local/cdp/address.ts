/**
 * The address that a client attaches to. Its token opens one session for as long as this backend runs, and is not the
 * key. It is made anew from the key whenever it is needed, so that no file holds it.
 */
import { createHmac } from 'node:crypto'

export const CDP_PATH = /^\/v1\/browser_sessions\/(?<id>\w+)\/cdp(\/json\/version)?\/?$/

export function cdpToken(key: string, sessionId: string): string {
  return createHmac('sha256', key).update(`cdp ${sessionId}`).digest('base64url')
}

/** `baseUrl` is the backend's own, `http://127.0.0.1:<port>`. */
export function cdpAddress(baseUrl: string, key: string, sessionId: string): string {
  const base = baseUrl.replace(/^http/, 'ws')
  return `${base}/v1/browser_sessions/${sessionId}/cdp?token=${cdpToken(key, sessionId)}`
}
