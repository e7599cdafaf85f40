/**
 * The entrance to the embedded backend: finds, starts and stops it. The command line imports no other file of this folder.
 * Code that starts processes is loaded when it is needed.
 */
import { homeAt } from './home.ts'
import type { DaemonOptions } from './launch.ts'
import { findBackend } from './running.ts'
import type { LocalBackend } from './running.ts'
import { isIdle, ownVersion } from './version.ts'

export { driverAdvice, findDriver } from './driver.ts'
export { findBrowser, installAdvice } from './find-browser.ts'
export { LocalError } from './local-error.ts'
export { findBackend } from './running.ts'
export type { LocalBackend } from './running.ts'

/**
 * Finds the backend, or starts it and waits until it answers. Two simultaneous callers get the same one. A backend of
 * another version is replaced if it is idle.
 * @throws LocalError if this machine lacks a requirement or prevents the start
 */
export async function ensureBackend(folder: string, options: DaemonOptions): Promise<LocalBackend> {
  const running = await findBackend(folder)
  if (running !== undefined && running.version === ownVersion()) return running
  const { endBackend, launchBackend } = await import('./launch.ts')
  if (running === undefined) return launchBackend(folder, options)
  if (!(await isIdle(running))) {
    options.onOtherVersion?.(
      `The embedded backend that is running is of version ${running.version}, and this is ${ownVersion()}: it is replaced when nothing is open in it.`,
    )
    return running
  }
  await endBackend(homeAt(folder))
  return launchBackend(folder, {
    ...options,
    port: options.port ?? Number(new URL(running.baseUrl).port),
  })
}

/** Closes all browsers and waits until the backend has ended. false if none was running. */
export async function stopBackend(folder: string): Promise<boolean> {
  const { endBackend } = await import('./launch.ts')
  return endBackend(homeAt(folder))
}

export function logFile(folder: string): string {
  return homeAt(folder).logFile
}
