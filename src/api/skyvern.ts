/**
 * The API as a class with the methods of the official TypeScript SDK, so that its examples run after a change of the
 * import. Requests are taken flat, as that SDK does, and wrapped in `body`, as its documentation does.
 */
import { CLOUD_URL } from '../http/base-url.ts'
import { createClient } from '../http/client.ts'
import type { Client, ClientOptions, RequestOptions } from '../http/request.ts'
import { waitFor, WaitTimeout } from '../http/wait.ts'
import * as endpoints from './endpoints.ts'
import type { Run, RunTaskRequest } from './types.ts'
import { isFinal } from './values.ts'

/** What the official SDK calls environments: their API roots. */
export const SkyvernEnvironment = {
  Cloud: CLOUD_URL,
  Staging: 'https://api-staging.skyvern.com',
  Local: 'http://localhost:8000',
} as const

export interface SkyvernOptions extends Partial<ClientOptions> {
  apiKey: string
  /** An API root; `baseUrl` overrides it. */
  environment?: string
}

/** A request by itself, or as the field `body`. */
export type Wrapped<Request> = Request | { body: Request }

/** With `waitForCompletion`, resolves with the ended run, whatever its status; waits `timeout` seconds, 1800 by default. */
export type RunTaskOptions = Wrapped<RunTaskRequest> & {
  waitForCompletion?: boolean
  timeout?: number
}

/** Seconds. */
const DEFAULT_WAIT = 1800

type Methods = {
  [Name in keyof typeof endpoints]: (typeof endpoints)[Name] extends (
    client: Client,
    ...rest: infer Rest
  ) => infer Result
    ? (...rest: { [Index in keyof Rest]: Accepted<Rest[Index]> }) => Result
    : never
}
type Accepted<Arg> = Arg extends RequestOptions | string | undefined ? Arg : Wrapped<Arg>

/** Every endpoint as a method, but for those that the class below has itself. */
const Bound = class {
  constructor(readonly client: Client) {
    for (const [name, send] of Object.entries<(...args: never[]) => unknown>(endpoints)) {
      const value = (...args: unknown[]) => send(...([client, ...args.map(unwrap)] as never[]))
      if (!(name in this)) Object.defineProperty(this, name, { value })
    }
  }
} as new (
  client: Client,
) => { readonly client: Client } & Omit<Methods, 'runTask' | 'getArtifactContent'>

/** Every method throws an `ApiError`. */
export class Skyvern extends Bound {
  constructor({ environment, ...options }: SkyvernOptions) {
    super(createClient({ ...options, baseUrl: options.baseUrl ?? environment ?? CLOUD_URL }))
  }

  /** @throws WaitTimeout when the wait is over; the run goes on, and bills */
  async runTask(request: RunTaskOptions, options: RequestOptions = {}): Promise<Run> {
    const { waitForCompletion, timeout = DEFAULT_WAIT, ...task } = request
    const run = await endpoints.runTask(this.client, unwrap(task) as RunTaskRequest, options)
    return waitForCompletion ? this.waitForRun(run.run_id, timeout, options) : run
  }

  /** Resolves with the run when it has ended. Lives through resets, faults and limits of the server. */
  waitForRun(runId: string, timeout = DEFAULT_WAIT, options: RequestOptions = {}): Promise<Run> {
    const { apiKey, headers, timeoutInSeconds, abortSignal: signal } = options
    return waitFor(
      (poll) =>
        endpoints.getRun(this.client, runId, { apiKey, headers, timeoutInSeconds, ...poll }),
      {
        done: isFinal,
        limit: timeout,
        signal,
        whenLate: ({ last, failure }) =>
          new WaitTimeout(
            last,
            failure,
            `Run ${runId} has not ended after ${timeout} s: it goes on`,
          ),
      },
    )
  }

  /** The bytes of an artifact, as a stream. */
  async getArtifactContent(id: string, options?: RequestOptions): Promise<AsyncIterable<Buffer>> {
    return (await endpoints.getArtifactContent(this.client, id, options)).body
  }
}

const unwrap = (arg: unknown): unknown =>
  typeof arg === 'object' && arg !== null && 'body' in arg ? arg.body : arg
