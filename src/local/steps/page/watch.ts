/** What a browser context is doing: requests under way, and answers that are errors. */
import type { BrowserContext, Page, Request, Response } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { addressOf, notOpened } from './not-opened.ts'

/** Milliseconds. Requests older than this are long polls and the like: nobody waits for them. */
const LONG_POLL = 5000
const WAITED_FOR = new Set(['document', 'xhr', 'fetch', 'script'])
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Sites answer these with a login page, which is a page like any other. */
const LOGIN_STATUSES = new Set([401, 403])

export interface Activity {
  /** Whether no request that could change a page is under way. */
  isIdle(): boolean
  /** Whether a page has been asked for that has not come. */
  isLoading(): boolean
  /** What is asked for from now on, until the next page comes, is no long poll: it counts until it has come. */
  expect(): void
  /** Ends that. Throws a Refusal if a page was asked for that has not come. */
  checkArrived(): void
  /** Throws a Refusal if the page that the last action led to was answered with an error, or did not load. */
  checkAnswer(options?: { strictly: boolean }): void
  /** Pages that have come since the start. */
  navigations(): number
  /** What the page does from now on is of no interest. */
  ignore(page: Page): void
  dispose(): void
}

export function watchRequests(context: BrowserContext): Activity {
  const open = new Map<Request, number>()
  const expected = new Set<Request>()
  let isExpecting = false
  let pages = 0
  let bad: { reason: string; forbidden: boolean } | undefined
  // A tab that was left, perhaps in an endless loop, is no part of the run.
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

/** A page itself, not a part of it or a frame within. A new window's first request comes before its frame, which throws. */
function isOfPage(request: Request): boolean {
  if (!request.isNavigationRequest()) return false
  try {
    return request.frame().parentFrame() === null
  } catch {
    return true
  }
}
