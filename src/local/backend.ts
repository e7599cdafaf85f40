/** Assembles the embedded backend. Time, browser and log are passed in. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Artifacts } from './artifacts.ts'
import { Browsers } from './browsers.ts'
import { cdpAddress } from './cdp/address.ts'
import { Credentials } from './credentials.ts'
import type { Home } from './home.ts'
import { Profiles } from './profiles.ts'
import { Records } from './records.ts'
import { Runs } from './runs.ts'
import { listen } from './server.ts'
import { Sessions } from './sessions.ts'
import { Uploads } from './uploads.ts'

const TICK = 1_000
const IDLE_LIMIT = 15 * 60_000
const WEEK = 7 * 86_400_000
/** The most records to keep of each kind: sessions, runs and artifacts. */
const REMEMBERED = 2_000

export interface BackendOptions {
  home: Home
  /** 0 for any free port. */
  port: number
  key: string
  version: string
  demoUrl: string
  /** Path of the browser; undefined if none is installed. */
  program: (headed: boolean) => string | undefined
  /** Milliseconds since 1970. */
  now: () => number
  log: (line: string) => void
}

export interface RunningBackend {
  baseUrl: string
  /** Settles after a quarter of an hour without open browsers and requests. */
  idle: Promise<void>
  /** Ends every browser and closes the port. */
  stop(): Promise<void>
}

export async function startBackend(options: BackendOptions): Promise<RunningBackend> {
  const { home, now, log, program } = options
  const recordsOf = <T>(kind: string, most?: number): Records<T> =>
    new Records<T>(join(home.records, kind), most)
  const browsers = new Browsers(home.browsers, program)
  const artifacts = new Artifacts(recordsOf('artifacts', REMEMBERED), home.artifacts, now)
  const sessions = new Sessions(
    recordsOf('sessions', REMEMBERED),
    browsers,
    home.archives,
    artifacts,
    now,
  )
  const runs = new Runs(recordsOf('runs', REMEMBERED), artifacts, now, log)
  const credentials = new Credentials(recordsOf('credentials'), now)
  const uploads = new Uploads(recordsOf('uploads'), home.uploads, now)
  const profiles = new Profiles(recordsOf('profiles'), home.profiles, now)
  // Left over from earlier backends: folders of dead browsers, files without a record, archives that nobody used.
  clear(home.browsers, () => true)
  clear(home.artifacts, (id) => artifacts.find(id) === undefined)
  clear(home.uploads, (id) => uploads.find(id) === undefined)
  clear(home.archives, (id) => now() - sessions.endOf(id) > WEEK)

  let lastUse = now()
  let baseUrl = ''
  const { port, close } = await listen(
    { port: options.port, key: options.key, log, used: () => (lastUse = now()) },
    {
      browsers,
      sessions,
      runs,
      profiles,
      artifacts,
      credentials,
      uploads,
      now,
      startedAt: now(),
      version: options.version,
      demoUrl: options.demoUrl,
      baseUrl: () => baseUrl,
      cdpAddress: (id) => cdpAddress(baseUrl, options.key, id),
    },
  )
  baseUrl = `http://127.0.0.1:${port}`

  let ticks: NodeJS.Timeout | undefined
  const idle = new Promise<void>((resolve) => {
    ticks = setInterval(() => {
      sessions.sweep().catch((error: Error) => log(`sweep: ${error.message}`))
      if (browsers.count > 0) lastUse = now()
      if (now() - lastUse > IDLE_LIMIT) resolve()
    }, TICK)
  })

  const stop = async (): Promise<void> => {
    clearInterval(ticks)
    close()
    await runs.cancelAll()
    await sessions.endAll()
  }
  return { baseUrl, idle, stop }
}

function clear(folder: string, isOver: (name: string) => boolean): void {
  for (const name of readdirSync(folder).filter(isOver)) {
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
  }
}
