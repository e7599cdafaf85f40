/** Watches a browser context: pending requests, error responses, questions of pages. */
import type { BrowserContext, Dialog, Page, Request, Response } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { addressOf, notOpened } from '../../not-opened.ts'

/** Milliseconds. Older requests are long polls and the like, and are not waited for. */
const LONG_POLL = 5000
const WAITED_FOR = new Set(['document', 'xhr', 'fetch', 'script'])
/** The most messages of pages to log. */
const MOST_LOGGED = 10

export class Activity {
  navigations = 0
  /** Messages and questions so far, as `alert` and `confirm` show them. */
  dialogs = 0
  /** When each request began: `Infinity` if it is waited for as long as it takes. */
  private readonly open = new Map<Request, number>()
  private isExpecting = false
  private question: string | undefined
  private bad: { reason: string; forbidden: boolean } | undefined
  /** Tabs that were left are not part of the run. */
  private readonly behind: WeakSet<Page>

  constructor(
    protected readonly context: BrowserContext,
    readonly log: (line: string) => void,
  ) {
    this.behind = new WeakSet(context.pages().slice(0, -1))
    context.on('request', this.begin).on('requestfinished', this.end)
    context.on('requestfailed', this.fail).on('response', this.answer).on('dialog', this.close)
  }

  /** Whether all requests that could change the page have ended. */
  isIdle(): boolean {
    return [...this.open.values()].every((since) => Date.now() - since >= LONG_POLL)
  }

  /** Whether a navigation is pending. */
  isLoading(): boolean {
    return [...this.open.keys()].some(isOfPage)
  }

  /** Requests from now until the next page are not long polls, and are waited for. */
  expect(): void {
    this.isExpecting = true
  }

  /** Ends `expect`. Throws a Refusal if a navigation is still pending. */
  checkArrived(): void {
    const expected = [...this.open.keys()].filter((request) => this.open.get(request) === Infinity)
    for (const request of expected) this.open.set(request, Date.now())
    this.isExpecting = false
    const late = expected.find(isOfPage)
    if (late) throw new Refusal(`${addressOf(late.url())} did not answer in time.`)
  }

  /**
   * Throws a Refusal if the page after the last action is an error or failed to load.
   * @param strictly even if it may be a log-in page
   */
  checkAnswer(strictly = false): void {
    const { bad } = this
    this.bad = undefined
    if (bad && (strictly || !bad.forbidden)) throw new Refusal(`${bad.reason}.`)
  }

  /** Throws a Refusal if a page has asked something. */
  checkQuestion(): void {
    const { question } = this
    this.forgetQuestion()
    if (question !== undefined)
      throw new Refusal(`The page asked “${question}”. No step can answer that; it was dismissed.`)
  }

  /** It belongs to a page that was left. */
  forgetQuestion(): void {
    this.question = undefined
  }

  protected ignore(page: Page): void {
    this.behind.add(page)
  }

  async dispose(): Promise<void> {
    this.context.off('request', this.begin).off('requestfinished', this.end)
    this.context.off('requestfailed', this.fail).off('response', this.answer)
    this.context.off('dialog', this.close)
  }

  private isForeign(request: Request): boolean {
    const page = pageOf(request)
    return page !== undefined && this.behind.has(page) && page !== this.context.pages().at(-1)
  }

  private readonly begin = (request: Request): void => {
    if (this.isForeign(request) || !WAITED_FOR.has(request.resourceType())) return
    this.open.set(request, this.isExpecting ? Infinity : Date.now())
  }

  private readonly end = (request: Request): void => void this.open.delete(request)

  private readonly fail = (request: Request): void => {
    this.end(request)
    const reason = request.failure()?.errorText ?? ''
    // A download and an answer without content end the navigation too, and the page stays.
    if (this.isForeign(request) || !isOfPage(request) || reason === 'net::ERR_ABORTED') return
    this.bad = { reason: notOpened(request.url(), reason), forbidden: false }
  }

  private readonly answer = (response: Response): void => {
    if (this.isForeign(response.request()) || !isOfPage(response.request())) return
    const status = response.status()
    this.navigations += 1
    if (status < 300 || status >= 400) this.isExpecting = false
    const said = `${addressOf(response.url())} answered ${status} ${response.statusText()}`.trim()
    const asks = status === 401 && response.headers()['www-authenticate'] !== undefined
    const reason = asks ? `${said}: it asks for a log-in of the browser, which no step gives` : said
    // Sites send a log-in page with these statuses, which is an ordinary page.
    const forbidden = !asks && (status === 401 || status === 403)
    this.bad = status >= 400 ? { reason, forbidden } : undefined
  }

  private readonly close = (dialog: Dialog): void => {
    this.dialogs += 1
    const asks = dialog.type() === 'confirm' || dialog.type() === 'prompt'
    if (asks) this.question = dialog.message()
    else if (this.dialogs <= MOST_LOGGED) this.log(`the page said “${dialog.message()}”`)
    const closed = asks ? dialog.dismiss() : dialog.accept()
    closed.catch(() => undefined)
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

/** Whether it requests the page itself, not a resource or a frame. */
function isOfPage(request: Request): boolean {
  if (!request.isNavigationRequest()) return false
  return pageOf(request) === undefined || request.frame().parentFrame() === null
}
