/**
 * The only way into the embedded backend: is one running for this folder, start it, stop it. The command line
 * imports nothing else from here, and nothing here loads a browser library; that is the daemon's.
 */
import { spawn } from 'node:child_process'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findBrowser, installAdvice } from './find-browser.ts'
import { homeAt, prepareHome, readJson } from './home.ts'
import { LocalError } from './local-error.ts'
import { isAlive, lockOwner } from './lock.ts'

export { findBrowser, installAdvice } from './find-browser.ts'
export { LocalError } from './local-error.ts'

export interface LocalBackend {
  baseUrl: string
  apiKey: string
  demoUrl: string
  pid: number
  version: string
  /** ISO 8601 with Z. */
  startedAt: string
  /** Path of the browser's binary. */
  browser: string
}

const READY_WITHIN = 15_000
const GONE_WITHIN = 20_000
const LOG_LIMIT = 5_000_000

/** The backend of this folder, if one is running and can prove that it knows the key in `daemon.json`. */
export async function findBackend(folder: string): Promise<LocalBackend | undefined> {
  const backend = readJson(homeAt(folder).daemonFile) as LocalBackend | undefined
  if (backend?.apiKey === undefined) return undefined
  return (await provesItself(backend)) ? backend : undefined
}

/** Finds the backend, or starts it and waits until it answers. Two callers at once end up with the same one. */
export async function startBackend(
  folder: string,
  options: { port?: number; env: NodeJS.ProcessEnv },
): Promise<LocalBackend> {
  const home = prepareHome(folder)
  const running = await findBackend(folder)
  if (running !== undefined) return running
  requireParts(options.env)

  rotate(home.logFile)
  const log = openSync(home.logFile, 'a', 0o600)
  const daemon = spawn(process.execPath, [daemonProgram(), folder, String(options.port ?? 0)], {
    cwd: folder,
    detached: true,
    env: { ...options.env, SKYVERN_API_KEY: undefined },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  daemon.unref()

  const deadline = Date.now() + READY_WITHIN
  while (Date.now() < deadline) {
    const ready = await findBackend(folder)
    if (ready !== undefined) return ready
    // Exit 0 means that another daemon was there first: that one is waited for.
    if (daemon.exitCode || daemon.signalCode) break
    await sleep(20)
  }
  throw new LocalError(
    'start_failed',
    'The embedded backend did not start.',
    `Its log says why: ${home.logFile}`,
  )
}

/** Closes every browser and waits until the backend has gone. false when none was running. */
export async function stopBackend(folder: string): Promise<boolean> {
  const home = homeAt(folder)
  const owner = lockOwner(home.locks)
  if (owner === undefined) return false
  process.kill(owner.pid, 'SIGTERM')
  const deadline = Date.now() + GONE_WITHIN
  while (isAlive(owner)) {
    // Its browsers hang on pipes that it holds, so that even this leaves none behind.
    if (Date.now() > deadline) process.kill(owner.pid, 'SIGKILL')
    await sleep(20)
  }
  rmSync(home.daemonFile, { force: true })
  return true
}

export function logFile(folder: string): string {
  return homeAt(folder).logFile
}

/**
 * The key is not shown to whoever happens to listen on a remembered port: the listener has to sign a number used
 * once with it first.
 */
function provesItself(backend: LocalBackend): Promise<boolean> {
  const challenge = randomBytes(16).toString('hex')
  const expected = createHmac('sha256', backend.apiKey).update(challenge).digest()
  return new Promise((resolve) => {
    const request = get(
      `${backend.baseUrl}/api/v1/heartbeat`,
      { headers: { 'x-challenge': challenge }, agent: false, timeout: 1000 },
      (response) => {
        response.resume()
        const proof = Buffer.from(String(response.headers['x-proof']), 'hex')
        resolve(proof.length === expected.length && timingSafeEqual(proof, expected))
      },
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

function requireParts(env: NodeJS.ProcessEnv): void {
  if (findBrowser(env) === undefined) {
    throw new LocalError(
      'no_browser',
      env['CHROME_PATH']
        ? `There is no browser at ${env['CHROME_PATH']}, where CHROME_PATH points.`
        : 'There is no Chrome, Chromium or Edge on this machine.',
      installAdvice().text,
    )
  }
  try {
    createRequire(import.meta.url).resolve('playwright-core')
  } catch {
    throw new LocalError(
      'no_driver',
      'playwright-core, which drives the browser, is not installed.',
      'npm install playwright-core (in the folder of skyvern-cli; add -g if that is a global install)',
    )
  }
}

function daemonProgram(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return join(folder, 'dist', 'daemon.cjs')
}

function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.1`)
}
