/**
 * The API as a class with the methods of the official TypeScript SDK, so that its examples run after a change of the
 * import. Requests are taken flat, as that SDK does, and wrapped in `body`, as its documentation does.
 */
import { getArtifact, getArtifactContent } from './artifacts.ts'
import { CLOUD_URL } from '../http/base-url.ts'
import * as profiles from './browser-profiles.ts'
import * as sessions from './browser-sessions.ts'
import { createClient } from './client.ts'
import type { Client, ClientOptions, RequestOptions } from './client.ts'
import { getOrganization } from './organizations.ts'
import { poll, PollTimeout } from '../http/poll.ts'
import * as runs from './runs.ts'
import type * as Types from './types.ts'

/** What the official SDK calls environments: their API roots. */
export const SkyvernEnvironment = {
  Cloud: CLOUD_URL,
  Staging: 'https://api-staging.skyvern.com',
  Local: 'http://localhost:8000',
} as const

export interface SkyvernOptions extends Partial<ClientOptions> {
  apiKey: string
  /** An API root; `baseUrl` beats it. */
  environment?: string
}

/** A request by itself, or as the field `body`. */
export type Wrapped<Request> = Request | { body: Request }

export interface Completion {
  /** Asks until the run has ended, and resolves with the run as it ended, whatever its status. */
  waitForCompletion?: boolean
  /** Seconds to wait for that; 1800 by default. */
  timeout?: number
}

export type RunTaskOptions = Wrapped<Types.RunTaskRequest> & Completion

/** Seconds. */
const DEFAULT_WAIT = 1800

/** Every method throws an `ApiError`. */
export class Skyvern {
  readonly client: Client

  constructor({ environment, ...options }: SkyvernOptions) {
    this.client = createClient({ ...options, baseUrl: options.baseUrl ?? environment ?? CLOUD_URL })
  }

  createBrowserSession(
    request: Wrapped<Types.CreateBrowserSessionRequest> = {},
    options?: RequestOptions,
  ): Promise<Types.BrowserSession> {
    return sessions.createBrowserSession(this.client, unwrap(request), options)
  }

  getBrowserSession(id: string, options?: RequestOptions): Promise<Types.BrowserSession> {
    return sessions.getBrowserSession(this.client, id, options)
  }

  getBrowserSessions(options?: RequestOptions): Promise<Types.BrowserSession[]> {
    return sessions.getBrowserSessions(this.client, options)
  }

  updateBrowserSession(
    id: string,
    request: Wrapped<Types.UpdateBrowserSessionRequest>,
    options?: RequestOptions,
  ): Promise<Types.BrowserSession> {
    return sessions.updateBrowserSession(this.client, id, unwrap(request), options)
  }

  extendBrowserSession(
    id: string,
    request: Wrapped<Types.ExtendBrowserSessionRequest>,
    options?: RequestOptions,
  ): Promise<Types.BrowserSession> {
    return sessions.extendBrowserSession(this.client, id, unwrap(request), options)
  }

  /** Asks for the end; a cloud server may finish later. */
  closeBrowserSession(id: string, options?: RequestOptions): Promise<unknown> {
    return sessions.closeBrowserSession(this.client, id, options)
  }

  /** @throws ApiError of the kind `timeout` when the wait is over; the run goes on, and bills */
  async runTask(request: RunTaskOptions, options: RequestOptions = {}): Promise<Types.Run> {
    const { waitForCompletion, timeout = DEFAULT_WAIT, ...task } = request
    const run = await runs.runTask(this.client, unwrap<Types.RunTaskRequest>(task), options)
    return waitForCompletion ? this.waitForRun(run.run_id, timeout, options) : run
  }

  /** Resolves with the run when it has ended. Lives through resets, faults and limits of the server. */
  async waitForRun(
    runId: string,
    timeout = DEFAULT_WAIT,
    options: RequestOptions = {},
  ): Promise<Types.Run> {
    try {
      const ask = (abortSignal: AbortSignal): Promise<Types.Run> =>
        runs.getRun(this.client, runId, { ...forPolls(options), abortSignal })
      return await poll(ask, {
        isDone: runs.isFinal,
        limit: timeout * 1000,
        signal: options.abortSignal,
      })
    } catch (error) {
      if (!(error instanceof PollTimeout)) throw error
      throw new PollTimeout(
        error.last,
        error.failure,
        `Run ${runId} has not ended after ${timeout} s: it goes on`,
      )
    }
  }

  getRun(id: string, options?: RequestOptions): Promise<Types.Run> {
    return runs.getRun(this.client, id, options)
  }

  getRuns(query?: runs.GetRunsQuery, options?: RequestOptions): Promise<Types.RunListItem[]> {
    return runs.getRuns(this.client, query, options)
  }

  /** Look first: older servers rewrite the status of a finished `tsk_v2_` run. */
  cancelRun(id: string, options?: RequestOptions): Promise<unknown> {
    return runs.cancelRun(this.client, id, options)
  }

  getRunArtifacts(
    id: string,
    query?: { artifact_type?: string | string[] },
    options?: RequestOptions,
  ): Promise<Types.Artifact[]> {
    return runs.getRunArtifacts(this.client, id, query, options)
  }

  getArtifact(id: string, options?: RequestOptions): Promise<Types.Artifact> {
    return getArtifact(this.client, id, options)
  }

  /** The bytes of an artifact, as a stream. */
  async getArtifactContent(id: string, options?: RequestOptions): Promise<AsyncIterable<Buffer>> {
    return (await getArtifactContent(this.client, id, options)).body
  }

  createBrowserProfile(
    request: Wrapped<Types.CreateBrowserProfileRequest>,
    options?: RequestOptions,
  ): Promise<Types.BrowserProfile> {
    return profiles.createBrowserProfile(this.client, unwrap(request), options)
  }

  listBrowserProfiles(
    query?: profiles.ListBrowserProfilesQuery,
    options?: RequestOptions,
  ): Promise<Types.BrowserProfile[]> {
    return profiles.listBrowserProfiles(this.client, query, options)
  }

  getBrowserProfile(id: string, options?: RequestOptions): Promise<Types.BrowserProfile> {
    return profiles.getBrowserProfile(this.client, id, options)
  }

  getBrowserProfileUsage(id: string, options?: RequestOptions): Promise<Types.BrowserProfileUsage> {
    return profiles.getBrowserProfileUsage(this.client, id, options)
  }

  updateBrowserProfile(
    id: string,
    request: Wrapped<Types.UpdateBrowserProfileRequest>,
    options?: RequestOptions,
  ): Promise<Types.BrowserProfile> {
    return profiles.updateBrowserProfile(this.client, id, unwrap(request), options)
  }

  deleteBrowserProfile(id: string, options?: RequestOptions): Promise<void> {
    return profiles.deleteBrowserProfile(this.client, id, options)
  }

  /** The organization of the key. */
  getOrganization(options?: RequestOptions): Promise<Types.Organization> {
    return getOrganization(this.client, options)
  }
}

/** What of the options of a submit holds for the questions after it. */
const forPolls = ({ apiKey, headers, timeoutInSeconds }: RequestOptions): RequestOptions => ({
  maxRetries: 0,
  ...(apiKey !== undefined && { apiKey }),
  ...(headers && { headers }),
  ...(timeoutInSeconds !== undefined && { timeoutInSeconds }),
})

const unwrap = <Request extends object>(request: Wrapped<Request>): Request =>
  'body' in request ? request.body : request
