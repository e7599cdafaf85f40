/**
 * The only way into the embedded backend: is one running for this folder, start it, stop it. The command line
 * imports nothing else from here, and what starts processes is loaded when one is to be started.
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
 * Finds the backend, or starts it and waits until it answers. Two callers at once end up with the same one. One of
 * another version is replaced where it has nothing to do.
 * @throws LocalError when something on this machine is missing or in the way
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

/** Closes every browser and waits until the backend has gone. false when none was running. */
export async function stopBackend(folder: string): Promise<boolean> {
  const { endBackend } = await import('./launch.ts')
  return endBackend(homeAt(folder))
}

export function logFile(folder: string): string {
  return homeAt(folder).logFile
}
