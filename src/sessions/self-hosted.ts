/** What an open-source server does differently from the cloud, where the tool compensates for it. */
import { request } from '../http/request.ts'
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'
import { sleep } from '../http/retry.ts'
import { timeOf } from '../http/clock.ts'
import type { BrowserSession } from '../api/types.ts'

/** Milliseconds until a browser has written its cookies to disk: Chromium does so every 30 seconds. */
const WRITTEN_WITHIN = 33_000

interface Runtime {
  /** `local` for an open-source server. */
  environment?: string
  browser_streaming_mode?: string
  /** Set only by the embedded backend. */
  embedded?: object
}

export type Server = 'cloud' | 'self-hosted' | 'embedded' | 'unknown'

/** What kind of server this is, by its name or by asking it. A dry run does not ask. */
export async function serverOf(client: Client, isLocal: boolean): Promise<Server> {
  if (isLocal) return 'embedded'
  if (/(^|\.)skyvern\.com$/.test(client.host)) return 'cloud'
  if (client.dryRun) return 'unknown'
  const { environment, embedded } = await readRuntime(client)
  if (embedded) return 'embedded'
  return environment === 'local' ? 'self-hosted' : 'unknown'
}

/** Whether this server starts the browser of a session only with the first task: open source, streaming by VNC. */
export async function startsLazily(client: Client): Promise<boolean> {
  const runtime = await readRuntime(client)
  return runtime.environment === 'local' && runtime.browser_streaming_mode === 'vnc'
}

/**
 * An open-source server (1.0.56 and before) copies the profile of a session while its browser still runs. Cookies of the
 * last half minute would be missing. Waits until they must be on disk, counted from the last change of the session.
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

/** Empty if the server does not say what it is. */
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
