/** Programs on this machine. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Whether the path is a file that the user may execute. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** The names of the programs that a search path finds, sorted. */
export function programsIn(searchPath = ''): string[] {
  const folders = new Set(searchPath.split(delimiter).map((folder) => folder || '.'))
  const names = [...folders].flatMap((folder) =>
    entriesOf(folder).filter((name) => isProgram(join(folder, name))),
  )
  return [...new Set(names)].sort()
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
