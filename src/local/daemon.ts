/**
 * The embedded backend's own process: `node dist/daemon.cjs <folder> <port>`. It owns the folder, the browsers and
 * the port, and ends when it is told to or when nobody has used it for a while.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBackend } from './backend.ts'
import { startDemoSite } from './demo-site.ts'
import { findBackend } from './door.ts'
import type { LocalBackend } from './door.ts'
import { findBrowser } from './find-browser.ts'
import { prepareHome, writeJson } from './home.ts'
import { takeLock } from './lock.ts'

const TAKES_OVER_WITHIN = 10_000

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`)
}

function program(): string | undefined {
  return findBrowser(process.env)
}

/** False when another daemon serves the folder. One that is about to end is waited for. */
async function own(folder: string, locks: string): Promise<boolean> {
  const deadline = Date.now() + TAKES_OVER_WITHIN
  while (!takeLock(locks)) {
    if ((await findBackend(folder)) !== undefined || Date.now() > deadline) return false
    await sleep(50)
  }
  return true
}

// A browser that crashes can leave promises that nobody waits for; that is no reason to take the others down.
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
  if (!(await own(folder, home.locks))) return
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
    version: string
  }
  // It takes a third of a second, in which nobody would be answered.
  await import('playwright-core')
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
  log('ended')
}

main(process.argv[2] ?? '', Number(process.argv[3] ?? 0)).then(
  () => process.exit(0),
  (error: Error) => {
    log(`failed: ${error.message}`)
    process.exit(1)
  },
)
