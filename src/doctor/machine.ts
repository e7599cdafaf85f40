/** Checks that need only this machine: Node, the command, the folders, what `--local` needs. */
import { existsSync } from 'node:fs'
import type { Context } from '../context.ts'
import { typedProgram } from '../system/invocation.ts'
import type { Finding } from './finding.ts'
import { checkFolder } from './folder.ts'
import { checkLocalParts } from './local-parts.ts'

/** Major and minor version of the oldest Node that is supported. */
const OLDEST = [20, 19] as const

export async function checkMachine(context: Context): Promise<Finding[]> {
  const local = usesLocal(context)
  return [
    checkNode(),
    checkCommand(context),
    checkFolder(context, local),
    ...checkCertificates(context),
    ...(await checkLocalParts(context, local)),
  ]
}

/** False if the settings cannot be read: the check of the server reports that. */
function usesLocal({ settings }: Context): boolean {
  try {
    return settings.local().value
  } catch {
    return false
  }
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
