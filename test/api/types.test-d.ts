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
  Credential,
  Client,
  CreateBrowserSessionRequest,
  RequestOptions,
  Run,
  RunStatus,
  TimelineItem,
  UploadedFile,
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

expectTypeOf(skyvern.uploadFile({ file: new Blob(['x']) })).resolves.toEqualTypeOf<UploadedFile>()
expectTypeOf(
  skyvern.login({
    credential_type: 'skyvern',
    credential_id: 'cred_1',
    url: 'https://example.com',
  }),
).resolves.toEqualTypeOf<Run>()
expectTypeOf(
  skyvern.createCredential({
    name: 'shop',
    credential_type: 'password',
    credential: { username: 'me', password: 'x' },
  }),
).resolves.toEqualTypeOf<Credential>()
expectTypeOf(skyvern.runAgent({ agent_id: 'wpid_1' })).resolves.toEqualTypeOf<Run>()
expectTypeOf(skyvern.getRunTimeline('wr_1')).resolves.toEqualTypeOf<TimelineItem[]>()

// @ts-expect-error an agent is named
void skyvern.runAgent({ parameters: {} })
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
