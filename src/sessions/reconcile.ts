/**
 * Reconciles a create or submit that is in doubt: looks for what it may have made. Candidates are named, never used or
 * closed: in a quarter of the trials with other clients, the only candidate belonged to another client.
 */
import type { Client, RequestOptions } from '../http/request.ts'
import { CliError } from '../errors.ts'
import { serverTimeOf, timeOf } from '../http/clock.ts'
import { ApiError } from '../http/errors.ts'
import { sleep } from '../http/retry.ts'

/** Seconds after the failure at which to look. */
const LOOKS = [0, 2, 5, 10]
/** The server's Date header has whole seconds. */
const CLOCK_TOLERANCE = 2_000
const ONCE: RequestOptions = { maxRetries: 0, timeoutInSeconds: 10 }

export interface Search<Item> {
  list: (options: RequestOptions) => Promise<Item[]>
  /** Selects the items that may be ours from those made since then. */
  ours: (items: Item[]) => Item[] | Promise<Item[]>
  /** In place of `LOOKS`. */
  looks?: number[]
  /** Once aborted, it does not look again. */
  stop?: AbortSignal | undefined
}

export interface Candidates<Item> {
  items: Item[]
  /** The failure of the last look, if none of them returned a list. */
  unseen: ApiError | undefined
}

/**
 * Items that were made since then and may be ours.
 * @param sent the moment of the request, by `uptime`: this machine's clock may jump
 */
export async function findMadeSince<Item extends { created_at: string }>(
  client: Client,
  sent: number,
  { list, ours, looks = LOOKS, stop }: Search<Item>,
): Promise<Candidates<Item>> {
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
      // An item whose time cannot be read may be ours too.
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
  /** What is not known, without a full stop. */
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

/** The error for a request in doubt: exit 75, and never `retryable`. */
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
