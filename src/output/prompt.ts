/** Questions: only where somebody can answer. */
import type { Interface } from 'node:readline/promises'
import { usageError } from '../errors.ts'
import { Interrupted } from '../interrupts.ts'
import type { Output } from './output.ts'

/** A yes-or-no question; anything but yes is no. @throws CliError `usage` where nobody can be asked */
export async function confirm(output: Output, question: string): Promise<boolean> {
  const { terminal, mode } = output
  if (!canAsk(output) || mode.json) {
    throw usageError(`${question} Nobody can be asked here.`, 'Answer beforehand with --yes.')
  }
  const { createInterface } = await import('node:readline/promises')
  const reader = createInterface({ input: terminal.stdin, output: terminal.stderr.stream })
  const answer = await ask(reader, `${question} [y/N] `)
  return /^y(es)?$/i.test(answer.trim())
}

/** A secret, typed without being shown. @param otherwise another way to give it @throws CliError `usage` where nobody can be asked */
export async function askSecret(
  output: Output,
  question: string,
  otherwise = 'Pass the key on standard input: --with-token',
): Promise<string> {
  const { terminal } = output
  if (!canAsk(output)) {
    throw usageError('Nobody can be asked here.', otherwise)
  }
  const { createInterface } = await import('node:readline/promises')
  const { Writable } = await import('node:stream')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: terminal.stdin, output: silent, terminal: true })
  // Only now: what is typed before the terminal is told to keep quiet would be shown.
  terminal.stderr.write(question)
  return ask(reader, '').finally(() => terminal.stderr.write('\n'))
}

const canAsk = ({ terminal, mode }: Output): boolean => terminal.canPrompt && mode.input !== false

async function ask(reader: Interface, question: string): Promise<string> {
  try {
    return await new Promise((resolve, reject) => {
      // In raw mode Ctrl-C is a character, and readline alone would wait for ever.
      reader.on('SIGINT', () => reject(new Interrupted('SIGINT')))
      reader.on('close', () => reject(usageError('No answer.')))
      reader.question(question).then(resolve, reject)
    })
  } finally {
    reader.close()
  }
}
