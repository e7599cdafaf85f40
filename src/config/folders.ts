/** Where files live, by the XDG rules; `SKYVERN_CONFIG_DIR` moves everything into one folder. */
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../output/terminal.ts'

export interface Folders {
  /** Keys and settings. */
  config: string
  /** Current sessions, the ledger, the embedded backend. */
  state: string
}

/** Undefined where there is no home to put files in: everything then comes from flags and the environment. */
export function findFolders(env: Environment): Folders | undefined {
  const chosen = env['SKYVERN_CONFIG_DIR']
  if (chosen) {
    // Whole, because the backend and the command of `session exec` may run in another folder.
    const folder = resolve(chosen)
    return { config: folder, state: folder }
  }
  const home = homeOf(env)
  const config = xdg(env['XDG_CONFIG_HOME']) ?? (home && join(home, '.config'))
  const state = xdg(env['XDG_STATE_HOME']) ?? (home && join(home, '.local', 'state'))
  if (!config || !state) return undefined
  return { config: join(config, 'skyvern'), state: join(state, 'skyvern') }
}

/** The specification says to ignore a relative value. */
const xdg = (value: string | undefined): string | undefined =>
  value && isAbsolute(value) ? value : undefined

function homeOf(env: Environment): string | undefined {
  const home = process.platform === 'win32' ? homedir() : env['HOME']
  return home && home !== '/' && isAbsolute(home) ? home : undefined
}
