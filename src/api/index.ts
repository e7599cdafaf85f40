/**
 * `skyvern-cli/api`: the API for programs. The class has the methods of the official TypeScript SDK; below it is one
 * function an endpoint, `(client, request, requestOptions)`, which the command line itself is written with. Everything
 * throws `ApiError`; nothing here reads settings or writes to a terminal.
 */
export type { StreamReply } from '../http/answer.ts'
export { getAddress, getArtifact, getArtifactContent } from './artifacts.ts'
export * from './browser-profiles.ts'
export * from './browser-sessions.ts'
export { createClient, request } from './client.ts'
export type { Call, Client, ClientOptions, Exchange, RequestOptions } from './client.ts'
export { ApiError } from '../http/errors.ts'
export type { ApiErrorKind } from '../http/errors.ts'
export { getOrganization } from './organizations.ts'
export { poll, PollTimeout } from '../http/poll.ts'
export type { PollOptions } from '../http/poll.ts'
export * from './runs.ts'
export { Skyvern, SkyvernEnvironment } from './skyvern.ts'
export type { Completion, RunTaskOptions, SkyvernOptions, Wrapped } from './skyvern.ts'
export { timeOf, zonedTime } from '../http/clock.ts'
export * from './types.ts'
export * from './values.ts'
