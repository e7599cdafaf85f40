/** What the fields of a session mean: whether it has ended or is ready, and how long it has left. */
import type { BrowserSession } from '../api/types.ts'
import { asText } from '../output/clean.ts'
import { timeOf } from '../http/clock.ts'
import type { Client } from '../http/request.ts'
import { CliError } from '../errors.ts'

const FINAL = ['completed', 'failed', 'timeout', 'closed']

/** An unknown status is not final, but a completion time is. */
export const hasEnded = (session: BrowserSession): boolean =>
  Boolean(session.completed_at) || FINAL.includes(session.status ?? '')

/** Whether the browser is up. An address alone proves nothing: a cloud server creates it first. */
export const isReady = (session: BrowserSession): boolean => Boolean(session.started_at)

/** The earliest time of the session's end, in milliseconds; activity may extend it. NaN before it is ready. */
export function earliestEnd({ started_at, timeout }: BrowserSession): number {
  const end = timeout === null ? NaN : timeOf(started_at) + timeout * 60_000
  return Math.abs(end) <= LAST_DATE ? end : NaN
}

/** Milliseconds that a date can have at most. */
const LAST_DATE = 8.64e15

/** Seconds that have been billed so far. */
export function secondsUsed(session: BrowserSession, now = Date.now()): number {
  const from = timeOf(session.started_at ?? session.created_at)
  const to = session.completed_at ? timeOf(session.completed_at) : now
  return Math.max(0, (to - from) / 1000)
}

/** Seconds that the session has left, at least. Its whole life if its clock has not started; Infinity without a limit. */
export function secondsLeft(session: BrowserSession, client: Client): number {
  if (session.timeout === null) return Infinity
  const end = earliestEnd(session)
  if (Number.isNaN(end)) return session.timeout * 60
  return (end - Date.now() - client.clock.offset) / 1000
}

export const sessionEnded = (session: BrowserSession): CliError =>
  new CliError(
    'session_ended',
    `Session ${session.browser_session_id} has ended (${asText(session.status)}).`,
    {
      sessionId: session.browser_session_id,
      hint: 'Create a new session: `skyvern session create`',
    },
  )
