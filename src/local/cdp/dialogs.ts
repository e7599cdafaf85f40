/** Who answers a page's dialog: the run, an attached client, or nobody but this backend. */
import type { BrowserContext, Dialog } from 'playwright-core'
import type { Multiplexer } from './multiplexer.ts'

/** A run answers at once; a page that still waits then would hold it up. */
const RUN_ANSWERS_WITHIN = 1_000

export class DialogPolicy {
  private readonly open = new Set<Dialog>()
  private isRunning = false

  constructor(context: BrowserContext, multiplexer: Multiplexer) {
    multiplexer.setWhenEmpty(() => this.dismissOpen())
    context.on('dialog', (dialog) => {
      if (this.isRunning) setTimeout(dismiss, RUN_ANSWERS_WITHIN, dialog).unref()
      else if (multiplexer.clientCount > 0) this.open.add(dialog)
      else dismiss(dialog)
    })
  }

  /** A run begins or ends. What clients have left unanswered is dismissed: it would block the page. */
  leaveToRun(isRunning: boolean): void {
    this.isRunning = isRunning
    this.dismissOpen()
  }

  private dismissOpen(): void {
    this.open.forEach(dismiss)
    this.open.clear()
  }
}

/** One that somebody has answered already is gone. */
function dismiss(dialog: Dialog): void {
  dialog.dismiss().catch(() => {})
}
