/**
 * `skyvern-cli/api`: the API for programs. The class has the methods of the official TypeScript SDK. Below it is one
 * function for each endpoint, `(client, request, requestOptions)`, which the command line uses too. Everything throws
 * `ApiError`. Nothing here reads settings or writes to a terminal.
 */
export type { StreamReply } from '../http/answer.ts'
export { timeOf, zonedTime } from '../http/clock.ts'
export { ApiError } from '../http/errors.ts'
export type { ApiErrorKind } from '../http/errors.ts'
export { request } from '../http/request.ts'
export type { Call, Client, ClientOptions, Exchange, RequestOptions } from '../http/request.ts'
export { waitFor, WaitTimeout } from '../http/wait.ts'
export type { WaitOptions } from '../http/wait.ts'
export { createClient } from '../http/client.ts'
export * from './endpoints.ts'
export { Skyvern, SkyvernEnvironment } from './skyvern.ts'
export type { RunTaskOptions, SkyvernOptions, Wrapped } from './skyvern.ts'
export * from './types.ts'
export * from './values.ts'
