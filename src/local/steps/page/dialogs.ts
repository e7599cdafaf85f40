/** Questions and messages of pages, as `alert` and `confirm` show them. */
import type { BrowserContext, Dialog } from 'playwright-core'
import { Refusal } from '../refusal.ts'

/** The most messages to log in one run. */
const MOST_LOGGED = 10
/** Alerts are logged and closed. Steps cannot answer a question, so it is dismissed and the step fails. */
export class Dialogs {
  /** Messages and questions since the run began. */
  count = 0
  private asked: string | undefined

  constructor(
    private readonly context: BrowserContext,
    private readonly log: (line: string) => void,
  ) {
    context.on('dialog', this.answer)
  }

  /** Throws a Refusal if a page has asked something. */
  check(): void {
    const question = this.asked
    this.forget()
    if (question !== undefined)
      throw new Refusal(`The page asked “${question}”. No step can answer that; it was dismissed.`)
  }

  /** Forgets a question that belongs to a page that was left. */
  forget(): void {
    this.asked = undefined
  }

  dispose(): void {
    this.context.off('dialog', this.answer)
  }

  private readonly answer = (dialog: Dialog): void => {
    this.count += 1
    const message = dialog.message()
    const asks = dialog.type() === 'confirm' || dialog.type() === 'prompt'
    if (asks) this.asked = message
    else if (this.count <= MOST_LOGGED) this.log(`the page said “${message}”`)
    const closed = asks ? dialog.dismiss() : dialog.accept()
    closed.catch(() => undefined)
  }
}
