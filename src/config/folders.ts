/** Where files are stored: by the XDG rules, or all in `SKYVERN_CONFIG_DIR`. */
import { accessSync, constants, existsSync, lstatSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { makePrivateFolder } from '../system/files.ts'

export interface Folders {
  /** Keys and settings. */
  config: string
  /** Current sessions, the ledger, the embedded backend. */
  state: string
}

/** Undefined without a home folder. Everything then comes from flags and the environment. */
export function findFolders(env: NodeJS.ProcessEnv): Folders | undefined {
  const chosen = env['SKYVERN_CONFIG_DIR']
  if (chosen) {
    // Absolute, because the backend and the command of `session exec` may run in another folder.
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

function homeOf(env: NodeJS.ProcessEnv): string | undefined {
  const home = process.platform === 'win32' ? homedir() : env['HOME']
  return home && home !== '/' && isAbsolute(home) ? home : undefined
}

/**
 * The state folder of the embedded backend, which cannot work without one. If the home folder is missing or read-only, as
 * in many containers, it is a private folder in the temporary folder.
 * @throws if another user could have prepared that folder
 */
export function localState(folders: Folders | undefined, env: NodeJS.ProcessEnv): string {
  if (folders && (env['SKYVERN_CONFIG_DIR'] || canBeWritten(folders.state))) return folders.state
  const user = process.getuid?.()
  const folder = join(tmpdir(), `skyvern-${user ?? 'user'}`)
  makePrivateFolder(folder)
  const { uid, mode } = lstatSync(folder)
  if (user !== undefined && (uid !== user || (mode & 0o077) !== 0)) {
    throw new Error(`${folder} belongs to another user, or others can open it.`)
  }
  return folder
}

/** The folder, or the first one above it that exists. */
export function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder))
}

/** Whether new files can be created in a folder, or in the first existing one above it. */
function canBeWritten(folder: string): boolean {
  const place = existing(folder)
  try {
    accessSync(place, constants.W_OK)
    return statSync(place).isDirectory()
  } catch {
    return false
  }
}
