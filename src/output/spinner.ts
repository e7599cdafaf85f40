/** The spinner. Only this file imports ora. */
import ora from 'ora'
import { formatDuration } from './words.ts'

export interface Spinner {
  update(text: string): void
  stop(): void
}

/** Each frame takes a millisecond of CPU time, which would add up to a minute in an hour: it slows down after a while. */
const LIVELY_FOR = 15_000
const CALM_INTERVAL = 20_000

export function startSpinner(text: string, stream: NodeJS.WriteStream, color: boolean): Spinner {
  // discardStdin puts the terminal in raw mode, where Ctrl-C is never seen (ora 9.3 to 9.4.1).
  const started = performance.now()
  const elapsed = (): string => {
    const seconds = (performance.now() - started) / 1000
    return seconds < 1 ? '' : formatDuration(seconds)
  }
  const spinner = ora({
    text,
    suffixText: elapsed,
    stream,
    discardStdin: false,
    color: color ? 'cyan' : false,
  })
  spinner.start()
  const calm = setTimeout(() => {
    spinner.stop()
    spinner.spinner = { ...spinner.spinner, interval: CALM_INTERVAL }
    spinner.start()
  }, LIVELY_FOR)
  return {
    update: (next) => {
      spinner.text = next
      spinner.render()
    },
    stop: () => {
      clearTimeout(calm)
      spinner.stop()
    },
  }
}
