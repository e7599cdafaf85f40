/**
 * The embedded backend's own process: `node dist/daemon.cjs <folder> <port>`. It owns the folder, the browsers and the
 * port. It ends on request, or after a while without use.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LockTaken, takeLock } from '../system/lock.ts'
import { startBackend } from './backend.ts'
import { startDemoSite } from './demo-site.ts'
import { findBackend } from './door.ts'
import type { LocalBackend } from './door.ts'
import { loadDriver } from './driver.ts'
import { findBrowser } from './find-browser.ts'
import { prepareHome, writeJson } from './home.ts'

const TAKES_OVER_WITHIN = 10_000

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`)
}

function program(headed = false): string | undefined {
  return findBrowser(process.env, headed)
}

/**
 * Locks the folder and returns the function that unlocks it; undefined if another daemon serves it. Waits for a daemon that
 * is about to end.
 * @throws LockTaken if the other daemon neither serves nor ends
 */
async function own(folder: string, lock: string): Promise<(() => void) | undefined> {
  const deadline = Date.now() + TAKES_OVER_WITHIN
  for (;;) {
    try {
      return await takeLock(lock, 0.2)
    } catch (error) {
      if (!(error instanceof LockTaken)) throw error
      if ((await findBackend(folder)) !== undefined) return undefined
      if (Date.now() > deadline) throw error
    }
  }
}

// A browser that crashes can leave unhandled rejections; the other browsers keep running.
process.on('unhandledRejection', (reason) => {
  log(`unhandled: ${reason instanceof Error ? reason.stack : String(reason)}`)
})

async function main(folder: string, port: number): Promise<void> {
  process.umask(0o077)
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => resolve())
  })
  const home = prepareHome(folder)
  const release = await own(folder, home.lock)
  if (!release) return
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
    version: string
  }
  // Now, because requests would wait while it loads.
  loadDriver()
  const key = randomBytes(32).toString('base64url')
  const demo = await startDemoSite()
  const parts = { home, port, key, version, demoUrl: demo.url, program, log }
  const backend = await startBackend({ ...parts, now: Date.now })
  const described: LocalBackend = {
    baseUrl: backend.baseUrl,
    apiKey: key,
    demoUrl: demo.url,
    pid: process.pid,
    version,
    startedAt: new Date().toISOString(),
    browser: program() ?? '',
  }
  writeJson(home.daemonFile, described)
  log(`listening on ${backend.baseUrl}, browser ${described.browser}`)

  await Promise.race([told, backend.idle])
  rmSync(home.daemonFile, { force: true })
  await backend.stop()
  release()
  log('ended')
}

main(process.argv[2] ?? '', Number(process.argv[3] ?? 0)).then(
  () => process.exit(0),
  (error: Error) => {
    log(`failed: ${error.message}`)
    process.exit(1)
  },
)
