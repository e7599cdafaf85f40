/** The input and output of a route. */
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

/** The services that a route may use. */
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
  /** The CDP address of a session's browser; a secret. */
  cdpAddress: (sessionId: string) => string
}

export interface RouteCall {
  backend: Backend
  /** The values of the path's parameters. */
  id: string
  query: URLSearchParams
  body: Json | undefined
  /** The request, for a route that reads the body itself. */
  request: IncomingMessage
}

/** A response that is sent unchanged. Other return values are sent as JSON with status 200. */
export class RouteReply {
  constructor(
    readonly status: number,
    readonly content: Readable | string = '',
    readonly headers: Record<string, string> = {},
  ) {}
}

/** Method and path; `:id` matches one segment. */
export type Routes = Record<string, (call: RouteCall) => unknown>
