/**
 * What makes a function of an endpoint: `(client, …arguments, options)`. A read is repeated when it fails in passing. A
 * write says what it allows: `safe` where a second one changes nothing, `unsent` where only one that provably never
 * arrived is sent again, because the API has no idempotency keys.
 */
import { request } from '../http/request.ts'
import type { Call, Client, RequestOptions } from '../http/request.ts'

/** An endpoint as a function. */
export type Endpoint<Args extends unknown[], Result> = (
  client: Client,
  ...rest: [...args: Args, options?: RequestOptions]
) => Promise<Result>

/** @param describe the call for some arguments; it gives none a default, so that they can be counted */
export const defineWrite =
  <Args extends unknown[], Result>(
    describe: (...args: Args) => Call<Result>,
  ): Endpoint<Args, Result> =>
  async (client, ...rest) => {
    const args = rest.slice(0, describe.length) as unknown as Args
    return request(client, describe(...args), rest[describe.length] as RequestOptions | undefined)
  }

/** A write whose answer may have no body: then what it wrote to is looked at. */
export const orLook =
  <Body, Result>(
    change: Endpoint<[id: string, body: Body], Result | undefined>,
    look: Endpoint<[id: string], Result>,
  ): Endpoint<[id: string, body: Body], Result> =>
  async (client, id, body, options) =>
    (await change(client, id, body, options)) ?? look(client, id)

export const defineRead = <Args extends unknown[], Result>(
  describe: (...args: Args) => Pick<Call<Result>, 'path' | 'query' | 'expect' | 'since'>,
): Endpoint<Args, Result> => {
  const call = (...args: Args): Call<Result> => ({ ...describe(...args), ...READ })
  return defineWrite(Object.defineProperty(call, 'length', { value: describe.length }))
}
const READ = { method: 'GET', repeat: 'safe' } as const

/** The oldest release that was looked at and has all endpoints that name it. */
export const BASE = '1.0.50'

/** Pages count from 1; `page_size` goes up to 100. */
export interface PageQuery {
  page?: number
  page_size?: number
}
