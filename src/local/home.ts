/**
 * The state folder of the embedded backend: its layout, and how files are written completely. Whoever can write here
 * controls the browsers and their logins, so the folder is 0700 and belongs to the user.
 */
import { chmodSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder, replaceFile } from '../system/files.ts'
import { LocalError } from './local-error.ts'

export interface Home {
  folder: string
  daemonFile: string
  logFile: string
  /** The lock of the daemon that owns the folder. */
  lock: string
  /** Parent of a folder for each kind of record: sessions, runs, profiles, artifacts. */
  records: string
  /** User data folders of the running browsers. */
  browsers: string
  /** State of ended sessions, by session id, for a later profile. */
  archives: string
  /** Browser profiles, by profile id. */
  profiles: string
  /** Bytes of artifacts, by artifact id. */
  artifacts: string
  /** Uploaded files, in a folder each by file id. */
  uploads: string
}

export function homeAt(folder: string): Home {
  return {
    folder,
    daemonFile: join(folder, 'daemon.json'),
    logFile: join(folder, 'daemon.log'),
    lock: join(folder, 'lock'),
    records: join(folder, 'records'),
    browsers: join(folder, 'browsers'),
    archives: join(folder, 'archives'),
    profiles: join(folder, 'profiles'),
    artifacts: join(folder, 'artifacts'),
    uploads: join(folder, 'uploads'),
  }
}

/** Creates the folder if it is missing. */
export function prepareHome(folder: string): Home {
  makePrivateFolder(folder)
  requireOwn(folder)
  chmodSync(folder, 0o700)
  const home = homeAt(folder)
  const { browsers, archives, profiles, artifacts, uploads } = home
  for (const part of [browsers, archives, profiles, artifacts, uploads]) makePrivateFolder(part)
  return home
}

/** Refuses a folder that another user could have prepared or could change. */
export function requireOwn(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  const user = process.getuid?.()
  if (found === undefined || user === undefined) return
  if (!found.isDirectory() || found.uid !== user) throw unsafe(`${folder} does not belong to you.`)
  if ((found.mode & 0o022) !== 0) throw unsafe(`Other users can write to ${folder}.`)
}

function unsafe(message: string): LocalError {
  return new LocalError(
    'unsafe_folder',
    message,
    'The browsers of the embedded backend keep logins there. Choose a folder of your own, or `chmod 700` it.',
  )
}

/** Readers see the old file or the new one, never a part. */
export const writeJson = (file: string, value: unknown): void =>
  replaceFile(file, JSON.stringify(value), { flush: false })
