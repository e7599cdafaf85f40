/** The spinner: the one file that imports ora. It only says that something is under way; results are printed by others. */
import ora from 'ora'

export interface Spinner {
  update(text: string): void
  stop(): void
}

export function startSpinner(text: string, stream: NodeJS.WriteStream, color: boolean): Spinner {
  // discardStdin puts the terminal in raw mode, where Ctrl-C is never seen (ora 9.3 to 9.4.1).
  const spinner = ora({ text, stream, discardStdin: false, color: color ? 'cyan' : false })
  spinner.start()
  return {
    update: (next) => {
      spinner.text = next
    },
    stop: () => {
      spinner.stop()
    },
  }
}
