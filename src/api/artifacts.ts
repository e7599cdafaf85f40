/** What runs leave behind, and the addresses that answers name. */
import type { StreamReply } from '../http/answer.ts'
import { createClient, read } from './client.ts'
import type { Client, RequestOptions } from './client.ts'
import { segment } from '../http/id.ts'
import type { Artifact } from './types.ts'

const ANYTHING = { accept: '*/*' }

const pathOf = (artifactId: string): string => `/v1/artifacts/${segment(artifactId)}`

/** An artifact with a fresh `signed_url`. */
export const getArtifact = (client: Client, artifactId: string, options?: RequestOptions) =>
  read<Artifact>(client, { path: pathOf(artifactId), expect: { id: 'artifact_id' } }, options)

/** The bytes of an artifact. Works for as long as the server has it, where signed addresses expire. */
export const getArtifactContent = (client: Client, artifactId: string, options?: RequestOptions) =>
  read<StreamReply>(
    client,
    { path: `${pathOf(artifactId)}/content`, expect: 'stream' },
    { ...options, headers: { ...ANYTHING, ...options?.headers } },
  )

/** The bytes at an http(s) address that the server named. The key and the caller's headers go to the API's origin alone. */
export function getAddress(
  client: Client,
  address: URL,
  options: RequestOptions = {},
): Promise<StreamReply> {
  const { apiKey, headers, insecureHttp, timeoutInSeconds, maxRetries, agentFor, onExchange } =
    client
  const own = address.origin === new URL(client.baseUrl).origin
  const target = createClient({
    baseUrl: address.origin,
    ...(own && apiKey !== undefined && { apiKey }),
    ...(own && headers && { headers }),
    ...(insecureHttp && { insecureHttp }),
    ...(timeoutInSeconds !== undefined && { timeoutInSeconds }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(agentFor && { agentFor }),
    ...(onExchange && { onExchange }),
  })
  return read(
    target,
    { path: address.pathname + address.search, expect: 'stream' },
    { ...(options.abortSignal && { abortSignal: options.abortSignal }), headers: ANYTHING },
  )
}
