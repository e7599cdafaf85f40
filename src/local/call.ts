/** What a route gets and gives. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Json } from '../api/types.ts'
import type { Artifacts } from './artifacts.ts'
import type { Browsers } from './browsers.ts'
import type { Credentials } from './credentials.ts'
import type { Profiles } from './profiles.ts'
import type { Runs } from './runs.ts'
import type { Sessions } from './sessions.ts'
import type { Uploads } from './uploads.ts'

/** Everything that a request may work on. */
export interface Backend {
  browsers: Browsers
  sessions: Sessions
  runs: Runs
  profiles: Profiles
  artifacts: Artifacts
  credentials: Credentials
  uploads: Uploads
  now: () => number
  startedAt: number
  version: string
  demoUrl: string
  baseUrl: () => string
  /** Where a client attaches to a session's browser; a secret. */
  cdpAddress: (sessionId: string) => string
}

export interface RouteCall {
  backend: Backend
  /** The parts of the path that the route left open. */
  id: string
  query: URLSearchParams
  body: Json | undefined
  /** For a route that reads the body itself. */
  request: IncomingMessage
}

/** Sent as it is: any other value that a route returns goes out as 200 and JSON. */
export class RouteReply {
  constructor(
    readonly status: number,
    readonly content: Readable | string = '',
    readonly headers: Record<string, string> = {},
  ) {}
}

/** Method and path, `:id` standing for one segment. */
export type Routes = Record<string, (call: RouteCall) => unknown>
