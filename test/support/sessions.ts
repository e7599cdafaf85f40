/** A server that really keeps sessions: created, listed, ready at once or later, closed once. */
import { naiveTime, session, startApi } from './api.ts'
import type { Api, Recorded } from './api.ts'

interface Kept {
  browser_session_id: string
  status: string
  [field: string]: unknown
}

export interface SessionServer extends Api {
  /** Every session in the order of creation, with what became of it. */
  sessions: Map<string, Kept>
  /** Ids that were not closed. */
  open(): string[]
  /** How often each session was asked to close. */
  closes(): number[]
}

export const CREATE = 'POST /v1/browser_sessions'
export const GET = 'GET /v1/browser_sessions/*'
export const LIST = 'GET /v1/browser_sessions'
export const CLOSE = 'POST /v1/browser_sessions/*/close'

const idOf = ({ path }: Recorded): string => path.split('/')[3] ?? ''

/** Answers like the API. `fields` are those of new sessions. */
export async function startSessions(fields: object = {}): Promise<SessionServer> {
  const sessions = new Map<string, Kept>()
  const unknown = { status: 404, json: { detail: 'Browser session not found' } }
  const api = await startApi({
    [CREATE]: ({ body }) => {
      const id = `pbs_${600_000_000_000_000 + sessions.size}`
      const created = session({
        browser_session_id: id,
        created_at: naiveTime(),
        started_at: naiveTime(),
        browser_address: `ws://127.0.0.1:9/${id}/cdp-token`,
        app_url: `https://app.example.com/browser-session/${id}`,
        ...(body as object),
        ...fields,
      }) as Kept
      sessions.set(id, created)
      return { json: created }
    },
    [LIST]: () => ({ json: [...sessions.values()].filter(isOpen) }),
    [GET]: (request) => {
      const found = sessions.get(idOf(request))
      return found ? { json: found } : unknown
    },
    [CLOSE]: (request) => {
      const found = sessions.get(idOf(request))
      if (!found) return unknown
      if (isOpen(found)) Object.assign(found, { status: 'completed', completed_at: naiveTime() })
      return { json: { message: 'Browser session closed' } }
    },
  })
  return Object.assign(api, {
    sessions,
    open: () => [...sessions.values()].filter(isOpen).map((kept) => kept.browser_session_id),
    closes: () =>
      [...sessions.keys()].map((id) => api.sent(`POST /v1/browser_sessions/${id}/close`).length),
  })
}

const isOpen = ({ status }: Kept): boolean => status === 'running'
