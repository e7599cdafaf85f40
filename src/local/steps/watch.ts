/** What a browser context is doing: requests under way, answers that are errors, questions that pages ask. */
import type { BrowserContext, Dialog, Request, Response } from 'playwright-core'
import { Refusal } from './refusal.ts'

/** Milliseconds. Requests older than this are long polls and the like: nobody waits for them. */
const LONG_POLL = 5000
const WAITED_FOR = new Set(['document', 'xhr', 'fetch', 'script'])
/** Sites answer these with a login page, which is a page like any other. */
const LOGIN_STATUSES = new Set([401, 403])

export interface Activity {
  /** Whether no request that could change a page is under way. */
  isIdle(): boolean
  /** Throws a Refusal if the page that the last action led to was answered with an error. */
  checkAnswer(): void
  dispose(): void
}

export function watchRequests(context: BrowserContext): Activity {
  const open = new Map<Request, number>()
  let bad: string | undefined
  const begin = (request: Request): void => {
    if (WAITED_FOR.has(request.resourceType())) open.set(request, Date.now())
  }
  const end = (request: Request): void => void open.delete(request)
  const answer = (response: Response): void => {
    const request = response.request()
    if (!request.isNavigationRequest() || !isOfPage(request)) return
    const { origin, pathname } = new URL(response.url())
    const fails = response.status() >= 400 && !LOGIN_STATUSES.has(response.status())
    bad = fails
      ? `${origin}${pathname} answered ${response.status()} ${response.statusText()}`.trim()
      : undefined
  }
  context
    .on('request', begin)
    .on('requestfinished', end)
    .on('requestfailed', end)
    .on('response', answer)
  return {
    isIdle: () => ![...open.values()].some((since) => Date.now() - since < LONG_POLL),
    checkAnswer() {
      const reason = bad
      bad = undefined
      if (reason !== undefined) throw new Refusal(`${reason}.`)
    },
    dispose: () =>
      void context
        .off('request', begin)
        .off('requestfinished', end)
        .off('requestfailed', end)
        .off('response', answer),
  }
}

/** Not of a frame within one. A new window's first request comes before its frame, which throws. */
function isOfPage(request: Request): boolean {
  try {
    return request.frame().parentFrame() === null
  } catch {
    return true
  }
}

/** Alerts are read and closed. A question cannot be answered by a step, so it is dismissed and the step fails. */
export function watchDialogs(context: BrowserContext): { check(): void; dispose(): void } {
  let asked: string | undefined
  const answer = (dialog: Dialog): void => {
    const asks = dialog.type() === 'confirm' || dialog.type() === 'prompt'
    if (asks) asked = dialog.message()
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
    dispose: () => void context.off('dialog', answer),
  }
}
