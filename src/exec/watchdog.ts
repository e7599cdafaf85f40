/**
 * Closing even after `kill -9`: a process of its own that holds the other end of a pipe. When we end without having
 * said that the session is closed, the pipe ends, and it closes the session.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ClientOptions } from '../http/request.ts'

/** What the watchdog is told, over the pipe: the process list shows arguments to everybody. */
export interface WatchdogOrders {
  client: ClientOptions
  ledger: { folder: string | undefined; origin: string }
}

/** By the first, runners find and end what a job leaves behind; the key comes over the pipe. */
const LEFT_OUT = [
  'RUNNER_TRACKING_ID',
  'BUILD_ID',
  'JENKINS_NODE_COOKIE',
  'JENKINS_SERVER_COOKIE',
  'SKYVERN_API_KEY',
]

export class Watchdog {
  private constructor(private readonly pipe: Writable) {}

  /** Before anything is billed. @throws what spawn throws */
  static async start(orders: WatchdogOrders, env: NodeJS.ProcessEnv): Promise<Watchdog> {
    const others = Object.entries(env).filter(([name]) => !LEFT_OUT.includes(name))
    const child = spawn(process.execPath, [programFile()], {
      // A session and group of its own, and none of our streams: whoever reads those waits for their end.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: Object.fromEntries(others),
    })
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.unref()
    const pipe = child.stdin
    pipe.on('error', () => {})
    const watchdog = new Watchdog(pipe)
    watchdog.tell(orders)
    return watchdog
  }

  /** From now on, our end is the end of the session. */
  watch(sessionId: string): void {
    this.tell({ session_id: sessionId })
  }

  /** The session has ended. */
  release(): void {
    this.tell({ session_id: null })
  }

  private tell(message: object): void {
    this.pipe.write(`${JSON.stringify(message)}\n`)
  }
}

function programFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return join(folder, 'dist', 'watchdog.cjs')
}
