/** What an open-source server does otherwise than the cloud, as far as the tool makes up for it. */
import { request } from '../http/request.ts'
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import { sleep } from '../http/retry.ts'
import { timeOf } from '../http/clock.ts'
import type { BrowserSession } from '../api/types.ts'

/** Milliseconds within which a browser has written its cookies down: Chromium does it every 30 seconds. */
const WRITTEN_WITHIN = 33_000

interface Runtime {
  /** `local` for an open-source server. */
  environment?: string
  browser_streaming_mode?: string
  /** Set by the embedded backend alone. */
  embedded?: object
}

export type Server = 'cloud' | 'self-hosted' | 'embedded' | 'unknown'

/** What kind of server this is. Asks it, unless its name says so; a dry run asks nobody. */
export async function serverOf(client: Client, isLocal: boolean): Promise<Server> {
  if (isLocal) return 'embedded'
  if (/(^|\.)skyvern\.com$/.test(client.host)) return 'cloud'
  if (client.dryRun) return 'unknown'
  const { environment, embedded } = await readRuntime(client)
  if (embedded) return 'embedded'
  return environment === 'local' ? 'self-hosted' : 'unknown'
}

/** Whether this server starts a session's browser with its first task: open source, streaming by VNC. */
export async function startsLazily(client: Client): Promise<boolean> {
  const runtime = await readRuntime(client)
  return runtime.environment === 'local' && runtime.browser_streaming_mode === 'vnc'
}

/**
 * An open-source server (1.0.56 and before) copies the profile of a session that is closed while the browser still runs:
 * a login of the last half minute whose cookie outlives the browser would be missing. Waits, counted from what last
 * happened in the session, until that cannot be.
 */
export async function waitForCookies(
  client: Client,
  session: BrowserSession,
  onWait: (seconds: number) => void,
): Promise<void> {
  const { environment, embedded } = await readRuntime(client)
  if (environment !== 'local' || embedded) return
  const lastChange = timeOf(session.modified_at ?? session.started_at)
  const rest = lastChange + WRITTEN_WITHIN - (Date.now() + client.clock.offset)
  if (!(rest > 0)) return
  onWait(Math.ceil(rest / 1000))
  await sleep(Math.min(rest, WRITTEN_WITHIN))
}

/** Empty for a server that does not say what it is. */
async function readRuntime(client: Client): Promise<Runtime> {
  try {
    return await request<Runtime>(
      client,
      { method: 'GET', path: '/v1/config/runtime', repeat: 'safe', expect: 'json' },
      { maxRetries: 0, timeoutInSeconds: 10 },
    )
  } catch (error) {
    if (error instanceof ApiError) return {}
    throw error
  }
}
