/** Questions to the user. */
import type { Interface } from 'node:readline/promises'
import { usageError } from '../errors.ts'
import { Interrupted } from '../interrupts.ts'
import type { Output } from './output.ts'

/** A yes-or-no question. Anything but yes means no. @throws CliError `usage` if stdin is not a terminal */
export async function confirm(output: Output, question: string): Promise<boolean> {
  const { terminal, mode } = output
  if (!canAsk(output) || mode.json) {
    throw usageError(
      `${question} This needs an answer, and standard input is not a terminal.`,
      'Add --yes to confirm.',
    )
  }
  const { createInterface } = await import('node:readline/promises')
  const reader = createInterface({ input: terminal.stdin, output: terminal.stderr.stream })
  const answer = await ask(reader, `${question} [y/N] `)
  return /^y(es)?$/i.test(answer.trim())
}

/**
 * Asks for a secret, which is not shown.
 * @param otherwise another way to pass it, for the error
 * @throws CliError `usage` if stdin is not a terminal
 */
export async function askSecret(
  output: Output,
  question: string,
  otherwise = 'Pass the key on standard input: --with-token',
): Promise<string> {
  const { terminal } = output
  if (!canAsk(output)) {
    throw usageError('Standard input is not a terminal.', otherwise)
  }
  const { createInterface } = await import('node:readline/promises')
  const { Writable } = await import('node:stream')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: terminal.stdin, output: silent, terminal: true })
  // Printed only now: until readline turns off the echo, typed text would be shown.
  terminal.stderr.write(question)
  return ask(reader, '').finally(() => terminal.stderr.write('\n'))
}

const canAsk = ({ terminal, mode }: Output): boolean => terminal.canPrompt && mode.input !== false

async function ask(reader: Interface, question: string): Promise<string> {
  try {
    return await new Promise((resolve, reject) => {
      // In raw mode Ctrl-C is only a character, and readline would continue to wait.
      reader.on('SIGINT', () => reject(new Interrupted('SIGINT')))
      reader.on('close', () => reject(usageError('No answer.')))
      reader.question(question).then(resolve, reject)
    })
  } finally {
    reader.close()
  }
}
