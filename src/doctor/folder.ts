/** Checks whether state can be stored, by writing a file: permissions, mounts, quotas and full disks can prevent it. */
import { chmodSync, existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { existing } from '../config/folders.ts'
import type { Context } from '../context.ts'
import type { Finding } from './finding.ts'

const CHOOSE = 'set SKYVERN_CONFIG_DIR to a folder that you can write to'

/** Without a folder everything works from flags and the environment, but nothing is remembered. */
export function checkFolder({ folders, env }: Context, local: boolean): Finding {
  const check = 'folder'
  if (!folders) {
    return { check, status: 'warning', detail: 'no home: nothing is remembered', fix: CHOOSE }
  }
  const bad = [folders.config, folders.state]
    .map((path) => ({ path, reason: refusalOf(existing(path)) }))
    .find(({ reason }) => reason !== undefined)
  if (!bad) return { check, status: 'ok', detail: folders.config }
  // Unless a folder was chosen, the embedded backend uses one in the temporary folder.
  const stops = local && env['SKYVERN_CONFIG_DIR']
  return {
    check,
    status: stops ? 'failed' : 'warning',
    detail: `${bad.path} cannot be written (${bad.reason}): nothing is remembered`,
    fix: isLocked(bad.path) ? 'skyvern doctor --fix' : CHOOSE,
  }
}

/** Restores the permissions of a folder of this user. The command is printed first. */
export function fixFolder({ folders, output }: Context): void {
  for (const path of new Set(folders ? [folders.config, folders.state] : [])) {
    if (!isLocked(path)) continue
    output.note(`$ chmod u+rwx ${path}`)
    chmodSync(path, statSync(path).mode | 0o700)
  }
}

/** Why a file cannot be created in a folder; undefined if it can. */
function refusalOf(folder: string): string | undefined {
  try {
    rmdirSync(mkdtempSync(join(folder, '.skyvern-')))
    return undefined
  } catch (error) {
    const [, reason] = /^\w+: ([^,]+)/.exec(error instanceof Error ? error.message : '') ?? []
    return reason ?? 'for an unknown reason'
  }
}

/** Whether the folder exists, belongs to this user, and its permissions prevent writing. */
function isLocked(folder: string): boolean {
  if (!existsSync(folder)) return false
  const found = statSync(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false
  return (found.mode & 0o300) !== 0o300 && refusalOf(folder) !== undefined
}
