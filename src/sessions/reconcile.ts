/**
 * After a create or submit whose answer was lost: what may have been made all the same. Candidates are named, never
 * adopted or closed: with others creating at the same time, the only candidate was somebody else's in a quarter of
 * trials.
 */
import type { Client, RequestOptions } from '../http/request.ts'
import { CliError } from '../errors.ts'
import { serverTimeOf, timeOf } from '../http/clock.ts'
import { ApiError } from '../http/errors.ts'
import { sleep } from '../http/retry.ts'

/** Seconds after the failure at which what there is is listed. */
const LOOKS = [0, 2, 5, 10]
/** The server's Date header has whole seconds. */
const CLOCK_TOLERANCE = 2_000
const ONCE: RequestOptions = { maxRetries: 0, timeoutInSeconds: 10 }

export interface Search<Item> {
  list: (options: RequestOptions) => Promise<Item[]>
  /** Of what was made since then, what may be ours. */
  ours: (items: Item[]) => Item[] | Promise<Item[]>
  /** Seconds after the failure at which to look. */
  looks?: number[]
  /** Aborted: no further look. */
  stop?: AbortSignal | undefined
}

export interface Found<Item> {
  items: Item[]
  /** Why nothing is known: the failure of the last look, where no look brought a list. */
  unseen: ApiError | undefined
}

/**
 * What was made since then and may be ours.
 * @param sent the moment of the request, by `uptime`: this machine's clock may jump
 */
export async function findMadeSince<Item extends { created_at: string }>(
  client: Client,
  sent: number,
  { list, ours, looks = LOOKS, stop }: Search<Item>,
): Promise<Found<Item>> {
  let waited = 0
  let seen = false
  let unseen: ApiError | undefined
  for (const second of looks) {
    await sleep((second - waited) * 1000, stop)
    waited = second
    try {
      const items = await list(ONCE)
      seen = true
      const from = serverTimeOf(sent, client.clock.offset) - CLOCK_TOLERANCE
      // What has no time that can be read may be ours too.
      const found = await ours(items.filter((item) => !(timeOf(item.created_at) < from)))
      if (found.length > 0) return { items: found, unseen: undefined }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      unseen = error
    }
    if (stop?.aborted) break
  }
  return { items: [], unseen: seen ? undefined : unseen }
}

export interface Doubt {
  /** What is not known, as a clause without its full stop. */
  message: string
  /** What may have been made: `session`, `run` or `profile`. */
  noun: string
  ids?: string[]
  /** Before the list of candidates. */
  intro?: string
  /** The command for each candidate, without its id. */
  each?: string
  /** The command that lists what there is. */
  list: string
  unseen: ApiError | undefined
}

/** The failure that a lost answer is: exit 75, and never to be repeated without a look. */
export function unconfirmed(cause: ApiError, doubt: Doubt): CliError {
  const { noun, ids = [] } = doubt
  return new CliError('create_unconfirmed', `${doubt.message}: ${cause.message}.`, {
    hint: hintOf(doubt),
    possible: {
      sessions: noun === 'session' ? ids : undefined,
      runs: noun === 'run' ? ids : undefined,
    },
    httpStatus: cause.status,
  })
}

function hintOf({ noun, ids = [], intro, each, list, unseen }: Doubt): string {
  if (ids.length > 0) return `${intro}\n${ids.map((id) => `  ${each} ${id}`).join('\n')}`
  if (!unseen) return `No new ${noun} is listed so far. Look again: \`${list}\``
  return `No list of ${noun}s could be read either: ${unseen.message}. Look later: \`${list}\``
}
