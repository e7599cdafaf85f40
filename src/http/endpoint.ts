/**
 * Endpoints as functions: `(client, …arguments, options)`. A read is retried after a temporary failure. A write is retried
 * only if it certainly never arrived, because the API has no idempotency keys. A write that is idempotent says
 * `repeat: 'safe'`.
 */
import { orNothing } from './answer.ts'
import type { Expectation } from './answer.ts'
import { request } from './request.ts'
import type { Call, Client, RequestOptions } from './request.ts'

export type Endpoint<Args extends unknown[], Result> = (
  client: Client,
  ...rest: [...args: Args, options?: RequestOptions]
) => Promise<Result>

/** @param describe returns the call for the arguments. It must not have default values, because its parameters are counted */
export const endpoint =
  <Args extends unknown[], Result>(
    describe: (...args: Args) => Call<Result>,
  ): Endpoint<Args, Result> =>
  async (client, ...rest) => {
    const args = rest.slice(0, describe.length) as unknown as Args
    return request(client, describe(...args), rest[describe.length] as RequestOptions | undefined)
  }

/** A call by its path, the expected answer, and its other fields. */
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

/** A write whose answer may lack a body; the object is then read. */
export const orRead = <Body, Result>(
  read: Endpoint<[id: string], Result>,
  describe: (id: string, body: Body) => Call<Result>,
): Endpoint<[id: string, body: Body], Result> => {
  const write = endpoint((id: string, body: Body) => {
    const call = describe(id, body)
    return { ...call, expect: orNothing(call.expect) }
  })
  return async (client, id, body, options) =>
    (await write(client, id, body, options)) ?? read(client, id)
}
