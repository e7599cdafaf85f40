/** The page that the steps use: the context's newest one, and how long to wait for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { Guard } from './guard.ts'
import { Activity } from './watch.ts'

/** Milliseconds. */
const POLL = 50
const SLOWEST_POLL = 250
/** The fewest looks within the patience, even on a slow machine. */
const FEWEST_LOOKS = 8
/** The shortest wait for a page that does not answer, because the machine may be busy. */
const SHORTEST_PATIENCE = 5_000
/** The longest wait for closing a stuck page. */
const CLOSES_WITHIN = 2_000
/** A page that is idle for this share of the patience counts as finished. */
const QUIET_SHARE = 0.3
/** Navigations during one step after which the page counts as navigating in a loop. */
const MOST_NAVIGATIONS = 15
/** Milliseconds in which a page that navigates in a loop loads twice. */
const LOOP = 300
/** Changes whenever the page does something relevant to a step. */
const PULSE = `[document.readyState, document.getElementsByTagName('*').length,
  document.body?.textContent.length, document.body?.scrollHeight].join()`
const MOVED = /context was destroyed|cannot find context|navigat|detached|not attached|closed/i

/** A file of the task: its name in sentences, and its path on this machine. */
export interface GivenFile {
  name: string
  path: string
}

export interface Given {
  signal: AbortSignal
  log(line: string): void
  patience: number
  /** Texts to mask. A step adds what only the page reveals, such as text for a password field. */
  secrets: string[]
  /** Files that a step may upload. */
  files: GivenFile[]
  /** Addresses whose sites may receive a password; by default that of the current page. */
  sites: string[]
}

/** Watches a context that has a page, until `dispose`. */
export class Stage extends Activity {
  /** Keeps passwords on their sites. */
  readonly guard: Guard
  /** Milliseconds that a step may wait. */
  readonly patience: number
  readonly signal: AbortSignal
  /** Both for Playwright's actions. */
  readonly bounds: { timeout: number; signal: AbortSignal }
  private isStuck = false

  constructor(
    context: BrowserContext,
    readonly given: Given,
  ) {
    super(context, given.log)
    this.patience = given.patience
    this.signal = given.signal
    this.bounds = { timeout: given.patience, signal: given.signal }
    this.guard = new Guard(() => this.page(), given.sites)
  }

  page(): Page {
    const newest = this.pages().at(-1)
    if (newest) return newest
    if (this.context.browser()?.isConnected() === false) throw new Error('The browser is gone.')
    throw new Refusal('The page was closed.')
  }

  pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.signal })
  }

  /** Replaces the page with a new tab of the same session and closes it, even if it is stuck. */
  async leave(): Promise<void> {
    const left = this.page()
    await this.context.newPage()
    this.ignore(left)
    await bounded(left.close(), CLOSES_WITHIN, () => undefined).catch(() => undefined)
  }

  /**
   * Polls until there is an answer; undefined when the time is over or the page is idle. `pulse` changes with its activity.
   * @param within milliseconds, even if the page is idle; by default the patience
   */
  async until<T>(
    look: (pulse: string) => Promise<T | undefined>,
    within?: number,
  ): Promise<T | undefined> {
    const end = Date.now() + (within ?? this.patience)
    const quiet = within ?? this.patience * QUIET_SHARE
    const navigations = this.navigations
    let since = Date.now()
    let before = ''
    for (let looks = 1; ; looks += 1) {
      const pulse = (await this.reading(() => this.page().evaluate<string>(PULSE))) ?? ''
      const found = await this.reading(() => look(pulse))
      if (found !== undefined) return found
      if (pulse !== before || !this.isIdle()) since = Date.now()
      before = pulse
      if ((looks >= FEWEST_LOOKS && Date.now() - since > quiet) || Date.now() > end) break
      await this.pause(Math.min(SLOWEST_POLL, POLL * Math.max(1, looks - 4)))
    }
    if (this.navigations - navigations <= MOST_NAVIGATIONS) return undefined
    this.isStuck = true
    throw new Refusal('The page goes to another address again and again.')
  }

  /**
   * Waits until the page has finished the last action and has been unchanged for `still` milliseconds, within the patience.
   */
  async settle(still = 0): Promise<void> {
    await this.pause(POLL)
    let since = Date.now()
    let before = ''
    await this.until(async (pulse) => {
      const isDone = pulse.startsWith('complete') && this.isIdle()
      if (pulse !== before || !isDone) since = Date.now()
      before = pulse
      return (isDone && Date.now() - since >= still) || undefined
    })
  }

  /** Whether the page answers, stays and shows no messages; not if it is in an endless loop of them. */
  async isUsable(): Promise<boolean> {
    if (!this.page().url().startsWith('http')) return true
    const [pages, said] = [this.navigations, this.dialogs]
    const asked = this.page().evaluate<string>('document.readyState')
    const answer = asked.catch(() => 'moves on')
    const patience = Math.min(this.patience, SHORTEST_PATIENCE)
    const state = await bounded(answer, patience, () => undefined)
    if (this.dialogs > said || state === undefined) return false
    if (state !== 'complete') await this.pause(LOOP)
    return this.navigations - pages < 2
  }

  override async dispose(): Promise<void> {
    // The next run must not wait for a page that does not answer.
    if (this.isStuck || !(await this.isUsable().catch(() => true))) await this.leave()
    await super.dispose()
    await this.guard.dispose()
  }

  private pages(): Page[] {
    return this.context.pages().filter((page) => !page.isClosed())
  }

  /** A reading throws if the page navigates meanwhile; it then counts as not done. */
  private async reading<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await bounded(look(), Math.max(this.patience, SHORTEST_PATIENCE), () => {
        // The page cannot be read while it navigates.
        if (this.isLoading()) return undefined
        this.isStuck = true
        throw new Refusal('The page does not answer.')
      })
    } catch (error) {
      this.signal.throwIfAborted()
      const moved = error instanceof Error && MOVED.test(error.message) && this.pages().length > 0
      if (error instanceof Refusal || !moved) throw error
      return undefined
    }
  }
}

async function bounded<T>(work: Promise<T>, ms: number, whenLate: () => T): Promise<T> {
  const timer = new AbortController()
  work.catch(() => undefined)
  try {
    return await Promise.race([work, sleep(ms, undefined, { signal: timer.signal }).then(whenLate)])
  } finally {
    timer.abort()
  }
}
