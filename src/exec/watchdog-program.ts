/** The second process of `session exec --watchdog`. */
import { findAgents } from '../http/agents.ts'
import { createClient } from '../http/client.ts'
import { sleep } from '../http/retry.ts'
import { Ledger } from '../config/ledger.ts'
import { closeSession } from '../sessions/close.ts'
import type { WatchdogOrders } from './watchdog.ts'

/** Seconds between tries: a server that is unreachable now may be reachable later. */
const PAUSES = [5, 15, 60, 300]

/** Reads messages from standard input until the pipe ends, then closes the session if it is still open. */
export async function runWatchdog(): Promise<void> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk)
  // The last line may be incomplete.
  const [first, ...rest] = text.split('\n').slice(0, -1)
  const last = rest.at(-1)
  if (!first || !last) return
  const { client, ledger } = JSON.parse(first) as WatchdogOrders
  const { session_id: id } = JSON.parse(last) as { session_id: string | null }
  if (!id) return
  const kept = new Ledger(ledger.folder, ledger.origin, '', () => {})
  for (const pause of [...PAUSES, 0]) {
    if (await close(client, id)) return kept.forget(id)
    await sleep(pause * 1000)
  }
}

async function close(options: WatchdogOrders['client'], id: string): Promise<boolean> {
  try {
    const client = createClient({ ...options, agentFor: await findAgents(process.env) })
    await closeSession(client, id, { waitSeconds: 60 })
    return true
  } catch {
    return false
  }
}
