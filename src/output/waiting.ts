/** Waiting in front of somebody: progress, and a word on what goes on when a signal ends it. */
import { interruptible } from '../interrupts.ts'
import type { Output } from './output.ts'
import type { Spinner } from './spinner.ts'

/** Does the work under a line of progress. A signal says `leaving`, and is then died of. */
export async function waiting<T>(
  output: Output,
  text: string,
  leaving: string | (() => string),
  work: (progress: Spinner) => Promise<T>,
): Promise<T> {
  const progress = output.progress(text)
  const onLeave = (): void => {
    progress.stop()
    output.last(typeof leaving === 'string' ? leaving : leaving())
  }
  const { release } = interruptible('wait', { onLeave })
  try {
    return await work(progress)
  } finally {
    release()
    progress.stop()
  }
}
