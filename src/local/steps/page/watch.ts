/** What a browser context is doing: requests under way, answers that are errors, questions that pages ask. */
import type { BrowserContext, Dialog, Request, Response } from 'playwright-core'
import { Refusal } from '../refusal.ts'

/** Milliseconds. Requests older than this are long polls and the like: nobody waits for them. */
const LONG_POLL = 5000
const WAITED_FOR = new Set(['document', 'xhr', 'fetch', 'script'])
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Sites answer these with a login page, which is a page like any other. */
const LOGIN_STATUSES = new Set([401, 403])

export interface Activity {
  /** Whether no request that could change a page is under way. */
  isIdle(): boolean
  /** What is asked for from now on, until the next page comes, is no long poll: it counts until it has come. */
  expect(): void
  /** Ends that. Throws a Refusal if a page was asked for that has not come. */
  checkArrived(): void
  /** Throws a Refusal if the page that the last action led to was answered with an error, or did not load. */
  checkAnswer(options?: { strictly: boolean }): void
  dispose(): void
}

export function watchRequests(context: BrowserContext): Activity {
  const open = new Map<Request, number>()
  const expected = new Set<Request>()
  let isExpecting = false
  let bad: { reason: string; forbidden: boolean } | undefined
  const begin = (request: Request): void => {
    if (!WAITED_FOR.has(request.resourceType())) return
    open.set(request, Date.now())
    if (isExpecting) expected.add(request)
  }
  const end = (request: Request): void => {
    open.delete(request)
    expected.delete(request)
  }
  const fail = (request: Request): void => {
    end(request)
    const reason = request.failure()?.errorText ?? ''
    // A download and an answer without content end the navigation too, and the page stays.
    if (!isOfPage(request) || reason === 'net::ERR_ABORTED') return
    bad = {
      reason: `${addressOf(request.url())} could not be opened (${reason})`,
      forbidden: false,
    }
  }
  const answer = (response: Response): void => {
    if (!isOfPage(response.request())) return
    const status = response.status()
    if (!REDIRECTS.has(status)) isExpecting = false
    const reason = `${addressOf(response.url())} answered ${status} ${response.statusText()}`.trim()
    bad = status >= 400 ? { reason, forbidden: LOGIN_STATUSES.has(status) } : undefined
  }
  context.on('request', begin).on('requestfinished', end).on('requestfailed', fail)
  context.on('response', answer)
  return {
    isIdle: () =>
      expected.size === 0 && [...open.values()].every((since) => Date.now() - since >= LONG_POLL),
    expect: () => void (isExpecting = true),
    checkArrived() {
      const late = [...expected].find(isOfPage)
      isExpecting = false
      expected.clear()
      if (late) throw new Refusal(`${addressOf(late.url())} did not answer in time.`)
    },
    checkAnswer({ strictly } = { strictly: false }) {
      const found = bad
      bad = undefined
      if (found && (strictly || !found.forbidden)) throw new Refusal(`${found.reason}.`)
    },
    dispose() {
      context.off('request', begin).off('requestfinished', end).off('requestfailed', fail)
      context.off('response', answer)
    },
  }
}

/** Without its query, which may hold anything. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** A page itself, not a part of it or a frame within. A new window's first request comes before its frame, which throws. */
function isOfPage(request: Request): boolean {
  if (!request.isNavigationRequest()) return false
  try {
    return request.frame().parentFrame() === null
  } catch {
    return true
  }
}

/** Alerts are logged and closed. A question cannot be answered by a step, so it is dismissed and the step fails. */
export function watchDialogs(
  context: BrowserContext,
  log: (line: string) => void,
): { check(): void; dispose(): void } {
  let asked: string | undefined
  const answer = (dialog: Dialog): void => {
    const asks = dialog.type() === 'confirm' || dialog.type() === 'prompt'
    if (asks) asked = dialog.message()
    else if (dialog.type() === 'alert') log(`the page said “${dialog.message()}”`)
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
