/** Programs on this machine. */
import { accessSync, constants, statSync } from 'node:fs'

/** Whether the path is a file that the user may execute. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
