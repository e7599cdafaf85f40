/** Checks that need only this machine: Node, the folders, the browser for `--local`. */
import { accessSync, constants, existsSync } from 'node:fs'
import type { Context } from '../../context.ts'
import { typedProgram } from '../../system/invocation.ts'

/** Major and minor version of the oldest Node that is supported. */
const OLDEST = [20, 19] as const

export async function checkMachine(context: Context): Promise<Finding[]> {
  return [
    checkNode(),
    checkCommand(context),
    checkFolder(context),
    ...checkCertificates(context),
    await checkBrowser(context),
  ]
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fine = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
  return {
    check: 'node',
    status: fine ? 'ok' : 'failed',
    detail: process.version,
    fix: fine ? undefined : `install Node ${OLDEST.join('.')} or newer`,
  }
}

/** The official Python package, or another install, may come first in the PATH. */
function checkCommand({ env }: Context): Finding {
  const check = 'command'
  const typed = typedProgram(env)
  if (typed === undefined) return { check, status: 'ok', detail: 'no skyvern in the PATH' }
  if (typed.isThis) return { check, status: 'ok', detail: typed.path }
  return {
    check,
    status: 'warning',
    detail: `${typed.path} comes first in the PATH, and is another program`,
    fix: 'put the folder of this one first: `skyvern --version` tells them apart',
  }
}

/** Without a folder everything works from flags and the environment, but nothing is remembered. */
function checkFolder({ folders }: Context): Finding {
  const check = 'folder'
  if (!folders) {
    return {
      check,
      status: 'warning',
      detail: 'no home: nothing is remembered',
      fix: 'set HOME or SKYVERN_CONFIG_DIR',
    }
  }
  const folder = [folders.config, folders.state].find(
    (path) => existsSync(path) && !isWritable(path),
  )
  if (folder === undefined) return { check, status: 'ok', detail: folders.config }
  return {
    check,
    status: 'warning',
    detail: `${folder} cannot be written`,
    fix: 'change its owner, or set SKYVERN_CONFIG_DIR',
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Node only prints a warning for a missing file, which is easily overlooked. */
function checkCertificates({ env }: Context): Finding[] {
  const file = env['NODE_EXTRA_CA_CERTS']
  if (!file) return []
  const there = existsSync(file)
  return [
    {
      check: 'certificates',
      status: there ? 'ok' : 'warning',
      detail: there ? file : `${file} does not exist`,
      fix: there ? undefined : 'correct NODE_EXTRA_CA_CERTS',
    },
  ]
}

async function checkBrowser({ env, settings }: Context): Promise<Finding> {
  const { findBrowser } = await import('../../local/door.ts')
  const found = findBrowser(env)
  if (found) return { check: 'browser', status: 'ok', detail: found }
  return {
    check: 'browser',
    status: settings.local().value ? 'failed' : 'warning',
    detail: 'none on this machine: --local needs one',
    fix: 'skyvern local doctor --fix',
  }
}
export interface Finding {
  check: string
  status: 'ok' | 'warning' | 'failed'
  detail: string
  fix?: string
}
