/** What a person types to run this very copy of the tool, and words as a shell takes them. */
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join, relative, sep } from 'node:path'

/** `skyvern` where that is this copy, else what npx or a clone needs in front of it. */
export function typedName(env: NodeJS.ProcessEnv): string {
  const launcher = realpathSync(process.argv[1] ?? '')
  if (launcher.includes(`${sep}_npx${sep}`)) return 'npx skyvern-cli'
  const root = dirname(dirname(launcher))
  // npm and npx put folders of this kind in front for their scripts alone.
  const typed = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder && !folder.endsWith(join('node_modules', '.bin')))
    .map((folder) => join(folder, 'skyvern'))
    .find((file) => existsSync(file))
  if (typed !== undefined && realpathSync(typed) === launcher) return 'skyvern'
  const here = process.cwd()
  if (here === root || existsSync(join(here, 'node_modules', '.bin', 'skyvern')))
    return 'npx skyvern'
  const path = relative(here, launcher)
  return `node ${quote(path.startsWith('..') ? launcher : path)}`
}

export const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`)
