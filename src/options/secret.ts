/** Secrets: typed without being shown, piped in, or in a file; never on the command line, which others can read. */
import { usageError } from '../errors.ts'
import { askSecret } from '../output/prompt.ts'
import type { Output } from '../output/output.ts'
import { readText } from './text.ts'

/**
 * The secret, without the line break at its end.
 * @param file a path, or `-` for standard input; without it a terminal is asked, and a pipe is read
 * @throws CliError `usage` when there is none
 */
export async function readSecret(
  output: Output,
  question: string,
  option: string,
  file?: string,
): Promise<string> {
  const asks = file === undefined && output.terminal.canPrompt
  const text = asks
    ? await askSecret(output, `${question}: `, `Give it on standard input, or in a file: ${option}`)
    : readText(file === undefined || file === '-' ? '-' : `@${file.replace(/^@/, './@')}`, option)
  const secret = text.replace(/\r?\n$/, '')
  if (secret !== '') return secret
  throw usageError(`${question}: nothing was given.`, `On standard input, or in a file: ${option}`)
}
