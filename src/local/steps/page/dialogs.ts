/** Questions and messages of pages, as `alert` and `confirm` show them. */
import type { BrowserContext, Dialog } from 'playwright-core'
import { Refusal } from '../refusal.ts'

/** The most messages to log in one run. */
const MOST_LOGGED = 10
/** The number of messages in a run after which the page counts as stuck. */
const FLOOD = 100

export interface Dialogs {
  /** Throws a Refusal if the page has asked something. */
  check(): void
  /** Forgets earlier questions, which belong to a page that was left. */
  forget(): void
  /** Messages and questions so far. */
  count(): number
  /** The reason for a page that only shows messages. */
  flood(): string | undefined
  dispose(): void
}

/** Alerts are logged and closed. Steps cannot answer a question, so it is dismissed and the step fails. */
export function watchDialogs(context: BrowserContext, log: (line: string) => void): Dialogs {
  let asked: string | undefined
  let count = 0
  let last = ''
  const answer = (dialog: Dialog): void => {
    count += 1
    last = dialog.message().slice(0, 200)
    const asks = dialog.type() === 'confirm' || dialog.type() === 'prompt'
    if (asks) asked = dialog.message()
    else if (dialog.type() === 'alert' && count <= MOST_LOGGED) log(`the page said “${last}”`)
    if (count === MOST_LOGGED + 1) log('the page goes on to say something again and again')
    const closed = asks ? dialog.dismiss() : dialog.accept()
    closed.catch(() => undefined)
  }
  context.on('dialog', answer)
  return {
    check() {
      const question = asked
      asked = undefined
      if (question !== undefined) {
        throw new Refusal(
          `The page asked “${question}”. No step can answer that; it was dismissed.`,
        )
      }
    },
    forget: () => void (asked = undefined),
    count: () => count,
    flood: () =>
      count < FLOOD ? undefined : `The page does nothing but say “${last}” again and again.`,
    dispose: () => void context.off('dialog', answer),
  }
}
