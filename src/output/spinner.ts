/** The spinner: the one file that imports ora. It only says that something is under way; results are printed by others. */
import ora from 'ora'

export interface Spinner {
  update(text: string): void
  stop(): void
}

/** A frame is a millisecond of work: at that pace, an hour of waiting would be a minute of it. */
const LIVELY_FOR = 15_000
const CALM_INTERVAL = 20_000

export function startSpinner(text: string, stream: NodeJS.WriteStream, color: boolean): Spinner {
  // discardStdin puts the terminal in raw mode, where Ctrl-C is never seen (ora 9.3 to 9.4.1).
  const spinner = ora({ text, stream, discardStdin: false, color: color ? 'cyan' : false })
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
