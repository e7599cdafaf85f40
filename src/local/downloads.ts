/** The downloads of a run. */
import type { BrowserContext, Download, Page } from 'playwright-core'

/** Milliseconds that a download may take after the last step. */
const ARRIVES_WITHIN = 30_000

export interface Downloads {
  /** Stops listening and returns the downloads in order; `lost` says why a file is incomplete. */
  finish(signal: AbortSignal): Promise<{ name: string; path: string; lost: string | null }[]>
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
      const late = aborted(limit).then(() => `not within ${ARRIVES_WITHIN / 1000} s`)
      return Promise.all(
        begun.map(async (download) => {
          const lost = await Promise.race([download.failure().catch(() => 'canceled'), late])
          const path = lost === null ? await download.path() : ''
          return { name: download.suggestedFilename(), path, lost }
        }),
      )
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
