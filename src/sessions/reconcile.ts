/**
 * After a create or submit whose answer was lost: what may have been made all the same. Candidates are named, never
 * adopted or closed: with others creating at the same time, the only candidate was somebody else's in a quarter of
 * trials.
 */
import type { Client, RequestOptions } from '../api/client.ts'
import { ApiError } from '../http/errors.ts'
import { sleep } from '../http/retry.ts'
import { serverTimeOf, timeOf } from '../http/clock.ts'

/** Seconds after the failure at which what there is is listed. */
const LOOKS = [0, 2, 5, 10]
/** The server's Date header has whole seconds. */
const CLOCK_TOLERANCE = 2_000
const ONCE: RequestOptions = { maxRetries: 0, timeoutInSeconds: 10 }

export interface Search<Item> {
  list: (options: RequestOptions) => Promise<Item[]>
  mayBeOurs: (item: Item) => boolean
  /** Aborted: no further look. */
  stop?: AbortSignal | undefined
}

/**
 * What was made since then and may be ours; nothing when no look brings anything.
 * @param sent the moment of the request, by `uptime`: this machine's clock may jump
 */
export async function findMadeSince<Item extends { created_at: string }>(
  client: Client,
  sent: number,
  { list, mayBeOurs, stop }: Search<Item>,
): Promise<Item[]> {
  let waited = 0
  for (const second of LOOKS) {
    await sleep((second - waited) * 1000, stop)
    waited = second
    const items = await list(ONCE).catch(nothingListed)
    const from = serverTimeOf(sent, client.clock.offset) - CLOCK_TOLERANCE
    const found = items.filter((item) => timeOf(item.created_at) >= from && mayBeOurs(item))
    if (found.length > 0 || stop?.aborted) return found
  }
  return []
}

function nothingListed(error: unknown): never[] {
  if (error instanceof ApiError) return []
  throw error
}
