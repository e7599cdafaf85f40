/** Watches a browser context: pending requests, and error responses. */
import type { BrowserContext, Page, Request, Response } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { addressOf, notOpened } from './not-opened.ts'

/** Milliseconds. Older requests are long polls and the like, and are not waited for. */
const LONG_POLL = 5000
const WAITED_FOR = new Set(['document', 'xhr', 'fetch', 'script'])
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Sites send a log-in page with these statuses, which is an ordinary page. */
const LOGIN_STATUSES = new Set([401, 403])

export interface Activity {
  /** Whether all requests that could change the page have ended. */
  isIdle(): boolean
  /** Whether a navigation is pending. */
  isLoading(): boolean
  /** Requests from now until the next page are not long polls, and are waited for. */
  expect(): void
  /** Ends `expect`. Throws a Refusal if a navigation is still pending. */
  checkArrived(): void
  /** Throws a Refusal if the page after the last action is an error or failed to load. */
  checkAnswer(options?: { strictly: boolean }): void
  /** Navigations since the start. */
  navigations(): number
  /** Stops watching the page. */
  ignore(page: Page): void
  dispose(): void
}

export function watchRequests(context: BrowserContext): Activity {
  const open = new Map<Request, number>()
  const expected = new Set<Request>()
  let isExpecting = false
  let pages = 0
  let bad: { reason: string; forbidden: boolean } | undefined
  // A tab that was left is not part of the run.
  const behind = new WeakSet(context.pages().slice(0, -1))
  const isForeign = (request: Request): boolean => {
    const page = pageOf(request)
    return page !== undefined && behind.has(page) && page !== context.pages().at(-1)
  }
  const begin = (request: Request): void => {
    if (isForeign(request) || !WAITED_FOR.has(request.resourceType())) return
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
    if (isForeign(request) || !isOfPage(request) || reason === 'net::ERR_ABORTED') return
    bad = { reason: notOpened(request.url(), reason), forbidden: false }
  }
  const answer = (response: Response): void => {
    if (isForeign(response.request()) || !isOfPage(response.request())) return
    const status = response.status()
    pages += 1
    if (!REDIRECTS.has(status)) isExpecting = false
    const said = `${addressOf(response.url())} answered ${status} ${response.statusText()}`.trim()
    const asks = status === 401 && response.headers()['www-authenticate'] !== undefined
    const reason = asks ? `${said}: it asks for a log-in of the browser, which no step gives` : said
    bad = status >= 400 ? { reason, forbidden: !asks && LOGIN_STATUSES.has(status) } : undefined
  }
  context.on('request', begin).on('requestfinished', end).on('requestfailed', fail)
  context.on('response', answer)
  return {
    isIdle: () =>
      expected.size === 0 && [...open.values()].every((since) => Date.now() - since >= LONG_POLL),
    isLoading: () => [...open.keys()].some(isOfPage),
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
    navigations: () => pages,
    ignore: (page) => void behind.add(page),
    dispose() {
      context.off('request', begin).off('requestfinished', end).off('requestfailed', fail)
      context.off('response', answer)
    },
  }
}

/** The page that asks; undefined for the first request of a new window, which has no frame yet. */
export function pageOf(request: Request): Page | undefined {
  try {
    return request.frame().page()
  } catch {
    return undefined
  }
}

/**
 * Whether it requests the page itself, not a resource or a frame. For the first request of a new window, reading the frame
 * throws.
 */
function isOfPage(request: Request): boolean {
  if (!request.isNavigationRequest()) return false
  try {
    return request.frame().parentFrame() === null
  } catch {
    return true
  }
}
