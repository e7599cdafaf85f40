/**
 * Endpoints as functions: `(client, …arguments, options)`. A read is repeated when it fails in passing. A write is
 * repeated only where it provably never arrived, because the API has no idempotency keys; one that changes nothing the
 * second time says `repeat: 'safe'`.
 */
import type { Expectation } from './answer.ts'
import { request } from './request.ts'
import type { Call, Client, RequestOptions } from './request.ts'

export type Endpoint<Args extends unknown[], Result> = (
  client: Client,
  ...rest: [...args: Args, options?: RequestOptions]
) => Promise<Result>

/** @param describe the call for some arguments; it gives none a default, so that they can be counted */
export const endpoint =
  <Args extends unknown[], Result>(
    describe: (...args: Args) => Call<Result>,
  ): Endpoint<Args, Result> =>
  async (client, ...rest) => {
    const args = rest.slice(0, describe.length) as unknown as Args
    return request(client, describe(...args), rest[describe.length] as RequestOptions | undefined)
  }

/** The path, what counts as a good answer, and whatever else the call has. */
const verb =
  (method: Call['method'], repeat: Call['repeat']) =>
  <Result>(path: string, expect: Expectation<Result>, more: Partial<Call> = {}): Call<Result> => ({
    method,
    path,
    repeat,
    ...more,
    expect,
  })
export const get = verb('GET', 'safe')
export const post = verb('POST', 'unsent')
export const patch = verb('PATCH', 'unsent')
export const remove = verb('DELETE', 'unsent')

/** A write whose answer may have no body: then what it wrote to is read. */
export const orRead =
  <Body, Result>(
    write: Endpoint<[id: string, body: Body], Result | undefined>,
    read: Endpoint<[id: string], Result>,
  ): Endpoint<[id: string, body: Body], Result> =>
  async (client, id, body, options) =>
    (await write(client, id, body, options)) ?? read(client, id)
