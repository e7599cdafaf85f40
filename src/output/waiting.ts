/** Waiting in front of somebody: progress, and a word on what goes on when a signal ends it. */
import { interruptible } from '../interrupts.ts'
import type { Output } from './output.ts'
import type { Spinner } from './spinner.ts'

/** Does the work under a line of progress. A signal says `abandonText`, and is then died of. */
export async function waiting<T>(
  output: Output,
  text: string,
  abandonText: string | (() => string),
  work: (progress: Spinner) => Promise<T>,
): Promise<T> {
  const progress = output.progress(text)
  const onAbandon = (): void => {
    progress.stop()
    output.last(typeof abandonText === 'string' ? abandonText : abandonText())
  }
  const { release } = interruptible('wait', { onAbandon })
  try {
    return await work(progress)
  } finally {
    release()
    progress.stop()
  }
}
