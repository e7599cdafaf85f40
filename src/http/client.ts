/** The client: ofetch over our transport, with the base URL, the headers and the key of one server. */
import { createFetch } from 'ofetch'
import { baseUrlOf } from './base-url.ts'
import { errorOfFailure } from './failure.ts'
import { headerSafe, requireEncryption } from './key.ts'
import type { Client, ClientOptions } from './request.ts'
import { Silence } from './silence.ts'
import { createTransport, HeaderBag } from './transport.ts'
import type { Reply, TransportInit } from './transport.ts'

/** What ofetch hands to its hooks. */
interface FetchContext {
  options: TransportInit & { apiKey?: string }
  response: Reply
  error: unknown
}

/** @throws ApiError `config` for a base URL or key that cannot be used. */
export function createClient(options: ClientOptions): Client {
  const base = baseUrlOf(options.baseUrl)
  if (options.apiKey && !options.insecureHttp) requireEncryption(base)
  const clock = { offset: 0, known: false }
  const globals = {
    fetch: createTransport(options.agentFor),
    Headers: HeaderBag,
    AbortController,
    defaults: {
      baseURL: base.href,
      headers: { accept: 'application/json', 'x-user-agent': 'skyvern-cli', ...options.headers },
      responseType: 'text',
      // `request` knows what may be repeated, and which answer is a good one.
      retry: 0,
      ignoreResponseError: true,
      onRequest({ options: { headers, apiKey = options.apiKey } }: FetchContext) {
        if (apiKey) headers.set('x-api-key', headerSafe(apiKey))
      },
      onRequestError({ error }: FetchContext) {
        throw errorOfFailure(error, base.host, options.ephemeral)
      },
      onResponse({ response }: FetchContext) {
        const date = Date.parse(response.headers.get('date') ?? '')
        if (!Number.isNaN(date)) Object.assign(clock, { offset: date - Date.now(), known: true })
      },
    },
  }
  const { raw } = createFetch(globals as unknown as Parameters<typeof createFetch>[0])
  const silence = options.onSilence && new Silence(options.onSilence)
  return { ...options, host: base.host, clock, silence, fetch: raw as unknown as Client['fetch'] }
}
