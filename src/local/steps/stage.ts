/**
 * Where the steps happen: the context's newest page, what it is doing at the moment, and how long to wait for it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Dialog, Page, Request, Response } from 'playwright-core'
import { Refusal } from './refusal.ts'

/** Milliseconds. Requests older than this are long polls and the like: nobody waits for them. */
const LONG_POLL = 5000
/** A page that has done nothing for this share of the patience is not going to show anything more. */
const QUIET_SHARE = 0.3
const POLL = 100
/** Sites answer these with a login page, which is a page like any other. */
const LOGIN_STATUSES = new Set([401, 403])
const WAITED_FOR = new Set(['document', 'xhr', 'fetch', 'script'])
const PULSE =
  'document.readyState + document.getElementsByTagName("*").length + ":" + (document.body?.innerText.length ?? 0)'

export interface Stage {
  page(): Page
  signal: AbortSignal
  log(line: string): void
  /** Milliseconds that a step waits for what it needs. */
  patience: number
  /** Hides secrets; `addSecret` teaches it one that only the page gave away. */
  mask(text: string): string
  addSecret(secret: string): void
  /** Waits until the page has finished what the last action started. Bounded by the patience. */
  settle(): Promise<void>
  /** Asks again and again until there is an answer; undefined when the patience is over or the page has gone quiet. */
  until<T>(
    look: () => Promise<T | undefined>,
    options?: { patience?: number; quiet?: boolean },
  ): Promise<T | undefined>
  pause(ms: number): Promise<void>
  /** Whether no request of the page is under way. */
  isIdle(): boolean
  /** Throws a Refusal if the page that the last action led to was answered with an error. */
  checkAnswer(): void
  /** Throws a Refusal if the last action made the page ask something that had to be dismissed. */
  checkDialog(): void
}

type Given = Pick<Stage, 'signal' | 'log' | 'patience' | 'mask' | 'addSecret'>

/** Watches the context until `dispose` is called. */
export async function openStage(
  context: BrowserContext,
  given: Given,
): Promise<{ stage: Stage; dispose(): void }> {
  if (openPages(context).length === 0) await context.newPage()
  const activity = watchRequests(context)
  const dialogs = watchDialogs(context)
  const { signal } = given
  const page = (): Page => {
    const newest = openPages(context).at(-1)
    if (!newest) throw new Refusal('The page was closed.')
    return newest
  }
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal })
  const pulse = async (): Promise<string> =>
    `${activity.busy()}${String(await page().evaluate(PULSE))}`

  async function until<T>(
    look: () => Promise<T | undefined>,
    { patience = given.patience, quiet = true }: { patience?: number; quiet?: boolean } = {},
  ): Promise<T | undefined> {
    const end = Date.now() + patience
    let before = ''
    let since = Date.now()
    for (;;) {
      const found = await retryable(look, signal)
      if (found !== undefined) return found
      const now = (await retryable(pulse, signal)) ?? ''
      if (now !== before || activity.busy()) since = Date.now()
      before = now
      const silent = quiet && Date.now() - since > patience * QUIET_SHARE
      if (silent || Date.now() > end) return undefined
      await pause(POLL)
    }
  }

  async function settle(): Promise<void> {
    await pause(POLL / 2)
    await until(async () => {
      if (activity.busy()) return undefined
      const state = String(await page().evaluate('document.readyState'))
      return state === 'complete' ? true : undefined
    })
  }

  const stage: Stage = {
    ...given,
    page,
    pause,
    until,
    settle,
    isIdle: () => !activity.busy(),
    checkAnswer: activity.checkAnswer,
    checkDialog: dialogs.check,
  }
  return {
    stage,
    dispose() {
      activity.dispose()
      dialogs.dispose()
    },
  }
}

function openPages(context: BrowserContext): Page[] {
  return context.pages().filter((page) => !page.isClosed())
}

/** A page that navigates away under a reading throws; that reading simply did not happen. */
async function retryable<T>(
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    signal.throwIfAborted()
    const moved =
      error instanceof Error &&
      /context was destroyed|navigat|detached|Frame was|not attached/i.test(error.message)
    if (error instanceof Refusal || !moved) throw error
    return undefined
  }
}

interface Activity {
  busy(): boolean
  checkAnswer(): void
  dispose(): void
}

function watchRequests(context: BrowserContext): Activity {
  const open = new Map<Request, number>()
  let bad: string | undefined
  const begin = (request: Request): void => {
    if (WAITED_FOR.has(request.resourceType())) open.set(request, Date.now())
  }
  const end = (request: Request): void => void open.delete(request)
  const answer = (response: Response): void => {
    const request = response.request()
    if (!request.isNavigationRequest() || isInFrame(request)) return
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
    busy: () => [...open.values()].some((since) => Date.now() - since < LONG_POLL),
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

/** The first answer in a new tab can come before its frame is known: that frame has no parent. */
function isInFrame(request: Request): boolean {
  try {
    return request.frame().parentFrame() !== null
  } catch {
    return false
  }
}

/** Alerts are read and closed. A question cannot be answered by a step, so it is dismissed and the step fails. */
function watchDialogs(context: BrowserContext): { check(): void; dispose(): void } {
  let asked: string | undefined
  const answer = (dialog: Dialog): void => {
    if (dialog.type() === 'alert' || dialog.type() === 'beforeunload') {
      dialog.accept().catch(() => undefined)
      return
    }
    asked = dialog.message()
    dialog.dismiss().catch(() => undefined)
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
