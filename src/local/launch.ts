/** Starts the daemon as a separate process and waits until it is ready, or stops it and waits until it has ended. */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { lifeOf } from '../system/identity.ts'
import { holderOf } from '../system/lock-holder.ts'
import { driverAdvice, findDriver } from './driver.ts'
import { findBrowser, installAdvice } from './find-browser.ts'
import { prepareHome } from './home.ts'
import type { Home } from './home.ts'
import { LocalError } from './local-error.ts'
import { isReachable, unreachable } from './owner.ts'
import { packageFile } from '../system/package.ts'
import { isStopped } from './process-state.ts'
import { findBackend } from './running.ts'
import type { LocalBackend } from './running.ts'

export interface DaemonOptions {
  /** The port; any free one by default. */
  port?: number
  /** Called with a message if a backend of another version is busy, and is not replaced. */
  onOtherVersion?: (text: string) => void
  env: NodeJS.ProcessEnv
}

const READY_WITHIN = 30_000
const GONE_WITHIN = 20_000
const LOG_LIMIT = 5_000_000

export async function launchBackend(
  folder: string,
  { port = 0, env }: DaemonOptions,
): Promise<LocalBackend> {
  const { lock, logFile } = prepareHome(folder)
  requireParts(env)
  const there = await holderOf(lock)
  if (there?.owner && isReachable(there) && isStopped(there.owner.pid))
    throw unreachable(there, lock)
  rotate(logFile)
  const log = openSync(logFile, 'a', 0o600)
  const daemon = spawn(process.execPath, [daemonProgram(), folder, String(port)], {
    cwd: folder,
    detached: true,
    // The driver needs a home, and fails if HOME is unset and the user is unknown.
    env: { ...env, HOME: env['HOME'] ?? folder, SKYVERN_API_KEY: undefined },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  daemon.unref()

  const deadline = Date.now() + READY_WITHIN
  while (Date.now() < deadline) {
    const ready = await findBackend(folder)
    if (ready !== undefined) return ready
    // Exit 0 means that another daemon was first. This one is used.
    if (daemon.exitCode || daemon.signalCode) break
    await sleep(20)
  }
  const holder = await holderOf(lock)
  if (holder && holder.owner?.pid !== daemon.pid) throw unreachable(holder, lock)
  throw new LocalError(
    'start_failed',
    'The embedded backend did not start.',
    `Its log says why: ${logFile}`,
  )
}

/** @throws LocalError if the daemon cannot be reached from here */
export async function endBackend({ lock, daemonFile }: Home): Promise<boolean> {
  const holder = await holderOf(lock)
  if (holder === undefined) return false
  const { owner } = holder
  if (!owner || !isReachable(holder)) throw unreachable(holder, lock)
  process.kill(owner.pid, 'SIGTERM')
  // A stopped process handles the signal only after it continues.
  process.kill(owner.pid, 'SIGCONT')
  const deadline = Date.now() + GONE_WITHIN
  while (lifeOf(owner) === 'alive') {
    // Its browsers exit when its pipes close, so even this leaves none running.
    if (Date.now() > deadline) process.kill(owner.pid, 'SIGKILL')
    await sleep(20)
  }
  rmSync(daemonFile, { force: true })
  return true
}

function requireParts(env: NodeJS.ProcessEnv): void {
  if (findBrowser(env) === undefined) {
    throw new LocalError(
      'no_browser',
      env['CHROME_PATH']
        ? `CHROME_PATH is ${env['CHROME_PATH']}, and no browser was found there.`
        : 'Chrome, Chromium or Edge was not found on this machine.',
      `Install one: ${installAdvice().text}`,
    )
  }
  if (findDriver() === undefined) {
    throw new LocalError(
      'no_driver',
      'playwright-core, which drives the browser, is not installed.',
      `Install it: ${driverAdvice()}`,
    )
  }
}

const daemonProgram = (): string => packageFile('dist', 'daemon.cjs')

function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.1`)
}
