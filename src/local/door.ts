/**
 * The only way into the embedded backend: is one running for this folder, start it, stop it. The command line
 * imports nothing else from here, and what starts processes is loaded when one is to be started.
 */
import { homeAt } from './home.ts'
import type { StartOptions } from './launch.ts'
import { findBackend } from './running.ts'
import type { LocalBackend } from './running.ts'

export { findBrowser, installAdvice } from './find-browser.ts'
export { LocalError } from './local-error.ts'
export { findBackend } from './running.ts'
export type { LocalBackend } from './running.ts'

/**
 * Finds the backend, or starts it and waits until it answers. Two callers at once end up with the same one.
 * @throws LocalError when something on this machine is missing or in the way
 */
export async function startBackend(folder: string, options: StartOptions): Promise<LocalBackend> {
  const running = await findBackend(folder)
  if (running !== undefined) return running
  const { launchBackend } = await import('./launch.ts')
  return launchBackend(folder, options)
}

/** Closes every browser and waits until the backend has gone. false when none was running. */
export async function stopBackend(folder: string): Promise<boolean> {
  const { endBackend } = await import('./launch.ts')
  return endBackend(homeAt(folder))
}

export function logFile(folder: string): string {
  return homeAt(folder).logFile
}
