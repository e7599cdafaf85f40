/** Types of the public entry, checked by tsc alone. */
import { expectTypeOf } from 'vitest'
import {
  ApiError,
  createBrowserSession,
  createClient,
  getRun,
  WaitTimeout,
  runTask,
  Skyvern,
} from '../../src/api/index.ts'
import type {
  BrowserProfile,
  BrowserSession,
  Client,
  CreateBrowserSessionRequest,
  RequestOptions,
  Run,
  RunStatus,
} from '../../src/api/index.ts'

const skyvern = new Skyvern({ apiKey: 'key' })
const client = createClient({ baseUrl: 'https://api.skyvern.com', apiKey: 'key' })

// Requests flat and wrapped, the request options second.
expectTypeOf(skyvern.createBrowserSession()).resolves.toEqualTypeOf<BrowserSession>()
expectTypeOf(skyvern.createBrowserSession({ timeout: 60 })).resolves.toEqualTypeOf<BrowserSession>()
expectTypeOf(
  skyvern.runTask({ prompt: 'x', waitForCompletion: true }),
).resolves.toEqualTypeOf<Run>()
expectTypeOf(
  skyvern.runTask({ body: { prompt: 'x' }, timeout: 60 }, { maxRetries: 3, headers: { a: 'b' } }),
).resolves.toEqualTypeOf<Run>()
expectTypeOf(skyvern.listBrowserProfiles()).resolves.toEqualTypeOf<BrowserProfile[]>()

// @ts-expect-error a task needs a prompt
void skyvern.runTask({ url: 'https://example.com' })
// @ts-expect-error so does a wrapped one
void skyvern.runTask({ body: { url: 'https://example.com' } })
// @ts-expect-error minutes are a number
void skyvern.createBrowserSession({ timeout: '60' })
// @ts-expect-error a typo is no field
void skyvern.createBrowserSession({ time_out: 60 })
// @ts-expect-error a key is needed
void new Skyvern({})

// The functions: client, request, request options.
expectTypeOf(createBrowserSession).parameter(0).toEqualTypeOf<Client>()
expectTypeOf(createBrowserSession)
  .parameter(1)
  .toEqualTypeOf<CreateBrowserSessionRequest | undefined>()
expectTypeOf(createBrowserSession).parameter(2).toEqualTypeOf<RequestOptions | undefined>()
expectTypeOf(getRun(client, 'tsk_1')).resolves.toEqualTypeOf<Run>()
expectTypeOf(runTask(client, { prompt: 'x', engine: 'skyvern-9.0' })).resolves.toEqualTypeOf<Run>()

// Known values are offered, new ones allowed.
expectTypeOf<'completed'>().toExtend<RunStatus>()
expectTypeOf<'hibernating'>().toExtend<RunStatus>()
expectTypeOf<number>().not.toExtend<RunStatus>()

expectTypeOf<WaitTimeout<Run>>().toExtend<ApiError>()
expectTypeOf<ApiError['status']>().toEqualTypeOf<number | undefined>()
