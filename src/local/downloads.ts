/** The files that a site hands out while a run is on. */
import type { BrowserContext, Download, Page } from 'playwright-core'

/** What is still on its way when the steps are done has this long to arrive. */
const ARRIVES_WITHIN = 30_000

export interface Downloads {
  /** Stops listening and gives what has arrived, in the order in which it began. */
  finish(signal: AbortSignal): Promise<{ name: string; path: string }[]>
}

export function collectDownloads(context: BrowserContext): Downloads {
  const begun: Download[] = []
  const note = (download: Download): void => void begun.push(download)
  const watch = (page: Page): void => void page.on('download', note)
  context.pages().forEach(watch)
  context.on('page', watch)
  return {
    finish: async (signal) => {
      context.off('page', watch)
      for (const page of context.pages()) page.off('download', note)
      const limit = AbortSignal.any([signal, AbortSignal.timeout(ARRIVES_WITHIN)])
      const arrived = await Promise.all(
        begun.map(async (download) => {
          const path = await Promise.race([download.path().catch(() => undefined), aborted(limit)])
          return path === undefined ? [] : [{ name: download.suggestedFilename(), path }]
        }),
      )
      return arrived.flat()
    },
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
