/**
 * Closes the session even after `kill -9`, with a second process that reads from a pipe. If this process ends before it
 * has reported the close, the pipe ends, and the watchdog closes the session.
 */
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { ClientOptions } from '../http/request.ts'
import { packageFile } from '../system/package.ts'

/** Sent over the pipe, because other users can see the arguments of a process. */
export interface WatchdogOrders {
  client: ClientOptions
  ledger: { folder: string | undefined; origin: string }
}

/** CI runners use these variables to find and kill processes that outlive a job; the key is sent over the pipe. */
const LEFT_OUT = [
  'RUNNER_TRACKING_ID',
  'BUILD_ID',
  'JENKINS_NODE_COOKIE',
  'JENKINS_SERVER_COOKIE',
  'SKYVERN_API_KEY',
]

export class Watchdog {
  private constructor(private readonly pipe: Writable) {}

  /** Starts it, before anything is billed. @throws spawn errors */
  static async start(orders: WatchdogOrders, env: NodeJS.ProcessEnv): Promise<Watchdog> {
    const others = Object.entries(env).filter(([name]) => !LEFT_OUT.includes(name))
    const child = spawn(process.execPath, [packageFile('dist', 'main.cjs'), '__watchdog'], {
      // In its own process group. Without the streams of this process, whose readers would wait for the watchdog.
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

  /** From now on, the session is closed when this process ends. */
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
