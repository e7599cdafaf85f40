/** Decides who answers a dialog of a page: the run, an attached client, or the backend. */
import type { BrowserContext, Dialog } from 'playwright-core'
import type { Multiplexer } from './multiplexer.ts'

/** A run answers at once; a dialog that stays open would block it. */
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

  /** Called when a run begins or ends. Dismisses dialogs that clients did not answer, because they block the page. */
  leaveToRun(isRunning: boolean): void {
    this.isRunning = isRunning
    this.dismissOpen()
  }

  private dismissOpen(): void {
    this.open.forEach(dismiss)
    this.open.clear()
  }
}

/** Does nothing if somebody has answered it already. */
function dismiss(dialog: Dialog): void {
  dialog.dismiss().catch(() => {})
}
