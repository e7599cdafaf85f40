/** playwright-core, which drives the browser: an optional dependency, so it may be missing. */
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { existsSync } from 'node:fs'
import { packageFile } from '../system/package.ts'

type Driver = typeof import('playwright-core')

/**
 * Loads it, which takes a quarter of a second. `import()` would take half as long again: it reads all of CommonJS, four
 * megabytes here, for names of exports before it runs it.
 */
export const loadDriver = (): Driver => createRequire(import.meta.url)('playwright-core') as Driver

/** Path of its entry file; undefined if it is not installed. */
export function findDriver(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('playwright-core')
  } catch {
    return undefined
  }
}

/** The command that installs it where this copy of the tool finds it. */
export function driverAdvice(): string {
  const folder = packageFile()
  const above = dirname(folder)
  if (basename(above) !== 'node_modules') return `\`npm install\` in ${folder}`
  const isGlobal = !existsSync(join(dirname(above), 'package.json'))
  return `\`npm install ${isGlobal ? '--global ' : ''}playwright-core\``
}
