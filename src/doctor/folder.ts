/** Whether state can be kept: by writing, as permissions, mounts, quotas and disks each have a say. */
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
  // Elsewhere than in a folder that was chosen, the embedded backend finds itself one.
  const stops = local && env['SKYVERN_CONFIG_DIR']
  return {
    check,
    status: stops ? 'failed' : 'warning',
    detail: `${bad.path} cannot be written (${bad.reason}): nothing is remembered`,
    fix: isLocked(bad.path) ? 'skyvern doctor --fix' : CHOOSE,
  }
}

/** Gives a folder of this user back its permissions. The command is printed first. */
export function fixFolder({ folders, output }: Context): void {
  for (const path of new Set(folders ? [folders.config, folders.state] : [])) {
    if (!isLocked(path)) continue
    output.note(`$ chmod u+rwx ${path}`)
    chmodSync(path, statSync(path).mode | 0o700)
  }
}

/** Why a folder takes no file, as the system puts it. */
function refusalOf(folder: string): string | undefined {
  try {
    rmdirSync(mkdtempSync(join(folder, '.skyvern-')))
    return undefined
  } catch (error) {
    const [, reason] = /^\w+: ([^,]+)/.exec(error instanceof Error ? error.message : '') ?? []
    return reason ?? 'for an unknown reason'
  }
}

/** Whether the folder is there, is this user's own, and its permissions are in the way. Never said of one above it. */
function isLocked(folder: string): boolean {
  if (!existsSync(folder)) return false
  const found = statSync(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false
  return (found.mode & 0o300) !== 0o300 && refusalOf(folder) !== undefined
}
