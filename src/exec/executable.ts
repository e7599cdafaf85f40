/** Finds a command as a shell would, before a session is created for it. */
import { statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { CliError } from '../errors.ts'
import { isProgram } from '../system/programs.ts'

/** The exit statuses that shells use. */
export const NOT_EXECUTABLE = 126
export const NOT_FOUND = 127

/**
 * The file of the command.
 * @throws CliError with exit 127 if it is not found, 126 if it cannot be executed
 */
export function findExecutable(command: string, searchPath = ''): string {
  // Windows goes by the file extension, so that spawn reports what is wrong.
  if (process.platform === 'win32') return command
  const candidates = command.includes('/')
    ? [command]
    : searchPath.split(delimiter).map((folder) => join(folder || '.', command))
  const found = candidates.find(isProgram)
  if (found) return found
  const blocked = candidates.find(isFile)
  throw blocked ? notExecutable(blocked) : commandNotFound(command)
}

export const commandNotFound = (command: string): CliError =>
  new CliError(
    'usage',
    command.includes('/') ? `${command} does not exist.` : `${command}: command not found.`,
    { exit: NOT_FOUND },
  )

export const notExecutable = (file: string): CliError =>
  new CliError('usage', `${file} cannot be executed.`, {
    exit: NOT_EXECUTABLE,
    hint: `Is it a script? \`chmod +x ${file}\``,
  })

/** Also false if the name is too long, or its folder cannot be opened. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}
