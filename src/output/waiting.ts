/** Waits with progress on stderr, and says what continues if a signal ends the wait. */
import { interruptible } from '../interrupts.ts'
import type { Output } from './output.ts'
import type { Spinner } from './spinner.ts'

/** Shows progress during the work. On a signal, prints `abandonText` and raises the signal again. */
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
