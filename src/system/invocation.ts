/** What a person types to run this copy of the tool, and quoting for a shell. */
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join, relative, sep } from 'node:path'
import { isProgram } from './programs.ts'

/** The file that runs when a person types `skyvern`, and whether it is this copy; undefined if the PATH has none. */
export function typedProgram(
  env: NodeJS.ProcessEnv,
): { path: string; isThis: boolean } | undefined {
  const path = (env['PATH'] ?? '')
    .split(delimiter)
    // npm and npx add these folders for their own scripts only.
    .filter((folder) => folder && !folder.endsWith(join('node_modules', '.bin')))
    .map((folder) => join(folder, 'skyvern'))
    .find(isProgram)
  return path === undefined ? undefined : { path, isThis: realpathSync(path) === launcher() }
}

/** `skyvern` if that runs this copy, else the command that does: `npx skyvern` or `node <path>`. */
export function typedName(env: NodeJS.ProcessEnv): string {
  const file = launcher()
  if (file.includes(`${sep}_npx${sep}`)) return 'npx skyvern-cli'
  if (typedProgram(env)?.isThis) return 'skyvern'
  const here = process.cwd()
  const isClone = here === dirname(dirname(file))
  if (isClone || existsSync(join(here, 'node_modules', '.bin', 'skyvern'))) return 'npx skyvern'
  const path = relative(here, file)
  return `node ${quote(path.startsWith('..') ? file : path)}`
}

const launcher = (): string => realpathSync(process.argv[1] ?? '')

export const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`)
