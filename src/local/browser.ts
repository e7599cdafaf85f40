/**
 * One Chromium process, controlled over a pipe. If this process dies, even by SIGKILL, the pipe closes and the browser
 * exits by itself. A debugging port would not do that.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable, Writable } from 'node:stream'
import type { Browser, BrowserContext } from 'playwright-core'
import { Multiplexer } from './cdp/multiplexer.ts'
import { loadDriver } from './driver.ts'

export interface RunningBrowser {
  context: BrowserContext
  /** The endpoint for CDP clients. */
  multiplexer: Multiplexer
  /** Settles when the process has exited, for whatever reason. */
  ended: Promise<void>
  /** Lets the browser write its cookies and storage to disk, and waits until its process has exited. */
  close(): Promise<void>
}

/** Downloads are stored here, and deleted with the user data folder. */
const ARTIFACTS_FOLDER = '.playwright-artifacts'

const STARTED_WITHIN = 30_000
const CLOSED_WITHIN = 10_000

/**
 * Flags for automation that do not weaken the security of pages. Without the three about background and occlusion, a
 * screenshot of a tab in the background hangs.
 */
const FLAGS = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-features=Translate,MediaRouter,OptimizationHints',
  '--disable-hang-monitor',
  '--disable-popup-blocking',
  '--disable-prompt-on-repost',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--metrics-recording-only',
  '--mute-audio',
  // A fixed key for cookies: the next browser must be able to open a saved profile without a keychain.
  '--password-store=basic',
  '--use-mock-keychain',
  '--window-size=1280,800',
]

/**
 * In a locale that is missing or is not UTF-8, Chromium on Linux replaces a download name with non-ASCII characters by
 * "download". Every C library has this locale.
 */
const LOCALE = process.platform === 'linux' ? { LC_ALL: 'C.UTF-8' } : {}

/** Options of a launch. */
export interface LaunchOptions {
  /** Opens a window. */
  headed?: boolean
  /** Accepts any certificate. */
  insecureTls?: boolean
  /** An IANA time zone, in place of the machine's. */
  timezone?: string | undefined
}

export async function launchBrowser(
  program: string,
  dataFolder: string,
  { headed = false, insecureTls = false, timezone }: LaunchOptions = {},
): Promise<RunningBrowser> {
  // Chromium's sandbox does not start for root. For other users it stays on.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const flags = headed ? FLAGS.filter((flag) => flag !== '--headless') : FLAGS
  const insecure = insecureTls ? ['--ignore-certificate-errors'] : []
  const args = [...flags, ...insecure, ...sandbox, `--user-data-dir=${dataFolder}`, 'about:blank']
  const child = spawn(program, args, {
    cwd: dataFolder,
    detached: true,
    env: { ...process.env, ...LOCALE, TZ: timezone ?? process.env['TZ'] },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  })
  const [, , , toBrowser, fromBrowser] = child.stdio
  const multiplexer = new Multiplexer(toBrowser as Writable, fromBrowser as Readable)
  const complaint = lastWords(child)
  const ended = once(child, 'exit').then(
    () => killGroup(child),
    () => undefined,
  )
  try {
    const browser = await Promise.race([
      connect(multiplexer, dataFolder),
      ended.then(() => Promise.reject(new Error(`it ended at once: ${complaint()}`))),
    ])
    const context = browser.contexts()[0]
    if (context === undefined) throw new Error('it has no browser context')
    return { context, multiplexer, ended, close: () => closeBrowser(child, browser, ended) }
  } catch (error) {
    killGroup(child)
    throw error
  }
}

function connect({ own }: Multiplexer, dataFolder: string): Promise<Browser> {
  return loadDriver().chromium.connectOverCDP(own, {
    timeout: STARTED_WITHIN,
    isLocal: true,
    artifactsDir: join(dataFolder, ARTIFACTS_FOLDER),
  })
}

async function closeBrowser(
  child: ChildProcess,
  browser: Browser,
  ended: Promise<void>,
): Promise<void> {
  // Browser.close flushes cookies; a signal would lose the last half minute of them.
  const asked = browser
    .newBrowserCDPSession()
    .then((session) => session.send('Browser.close'))
    .catch(() => undefined)
  await Promise.race([asked.then(() => ended), sleep(CLOSED_WITHIN, undefined, { ref: false })])
  killGroup(child)
  await ended
}

/** Kills the browser and its helpers. If a script started the browser without exec, the group includes both. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // All have exited already.
  }
}

/** The line of Chromium's stderr that gives the reason, without the stack below it. */
function lastWords(child: ChildProcess): () => string {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-8000)
  })
  return () => {
    const lines = said.trim().split('\n')
    const line = lines.find((text) => /FATAL|sandbox|shared libraries/.test(text)) ?? lines.at(-1)
    // Without Chromium's prefix of process, time and source file.
    return (line ?? '').replace(/^\[[^\]]*\]\s*/, '')
  }
}
