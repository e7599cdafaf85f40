/** The page that the steps use: the context's newest one, and how long to wait for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { watchDialogs } from './dialogs.ts'
import { openGuard, type Guard } from './guard.ts'
import { watchRequests, type Activity } from './watch.ts'

/** Milliseconds. */
const POLL = 50
const SLOWEST_POLL = 250
const FAST_POLLS = 6
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

/** Reads the page; `pulse` changes with its activity. */
type Look<T> = (pulse: string) => Promise<T | undefined>

interface UntilOptions {
  patience?: number
  /** Stop early if the page is idle; default true. */
  quiet?: boolean
}

export interface Stage extends Omit<Activity, 'dispose'> {
  page(): Page
  /** Leaves the page for a new tab of the same session. */
  leave(): Promise<void>
  signal: AbortSignal
  log(line: string): void
  /** Milliseconds that a step may wait. */
  patience: number
  /** The same for Playwright's actions. */
  bounds: { timeout: number; signal: AbortSignal }
  /** Masks a secret that only the page reveals, such as text for a password field. */
  addSecret(secret: string): void
  /** Keeps passwords on their sites. */
  guard: Guard
  /** Files that a step may upload. */
  files: GivenFile[]
  /**
   * Waits until the page has finished the last action and has been unchanged for `still` milliseconds, within the patience.
   */
  settle(still?: number): Promise<void>
  /** Polls until there is an answer; undefined when the patience is over or the page is idle. */
  until<T>(look: Look<T>, options?: UntilOptions): Promise<T | undefined>
  pause(ms: number): Promise<void>
  /** Throws a Refusal if the page has asked something that had to be dismissed. */
  checkDialog(): void
  /** Messages and questions of pages since the run began. */
  dialogs(): number
  forgetDialog(): void
}

/** A file of the task: its name in sentences, and its path on this machine. */
export interface GivenFile {
  name: string
  path: string
}

export type Given = Pick<Stage, 'signal' | 'log' | 'patience' | 'addSecret' | 'files'> & {
  /** Addresses whose sites may receive a password; by default that of the current page. */
  sites: string[]
}

/** The reason for a page that keeps navigating. */
export class Restless extends Refusal {
  override name = 'Restless'
}

/** Watches the context until `dispose` is called. */
export async function openStage(
  context: BrowserContext,
  given: Given,
): Promise<{ stage: Stage; dispose(): Promise<void> }> {
  if (openPages(context).length === 0) await context.newPage()
  const activity = watchRequests(context)
  const dialogs = watchDialogs(context, given.log)
  const { signal, patience: usual } = given
  const stuck = new WeakSet<Page>()
  const page = (): Page => {
    const newest = openPages(context).at(-1)
    if (!newest && context.browser()?.isConnected() === false)
      throw new Error('The browser is gone.')
    if (!newest) throw new Refusal('The page was closed.')
    return newest
  }
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal })
  const evaluate = async (expression: string): Promise<string> =>
    String(await page().evaluate(expression))

  /** Replaces the page with a new tab and closes it, even if it is stuck. */
  async function leave(): Promise<void> {
    const left = page()
    await context.newPage()
    activity.ignore(left)
    const closed = left.close().catch(() => undefined)
    await Promise.race([closed, sleep(CLOSES_WITHIN)])
  }

  /** A reading throws if the page navigates meanwhile; it then counts as not done. */
  async function reading<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    const at = page()
    try {
      return await bounded(look(), Math.max(usual, SHORTEST_PATIENCE), () => {
        // The page cannot be read while it navigates.
        if (activity.isLoading()) return undefined
        stuck.add(at)
        throw new Refusal(dialogs.flood() ?? 'The page does not answer.')
      })
    } catch (error) {
      signal.throwIfAborted()
      const moved =
        error instanceof Error && MOVED.test(error.message) && openPages(context).length > 0
      if (error instanceof Refusal || !moved) throw error
      return undefined
    }
  }

  async function until<T>(look: Look<T>, options: UntilOptions = {}): Promise<T | undefined> {
    const { patience = usual, quiet = true } = options
    const end = Date.now() + patience
    const navigations = activity.navigations()
    let since = Date.now()
    let before = ''
    for (let looks = 1; ; looks += 1) {
      const pulse = (await reading(() => evaluate(PULSE))) ?? ''
      const found = await reading(() => look(pulse))
      if (found !== undefined) return found
      if (pulse !== before || !activity.isIdle()) since = Date.now()
      before = pulse
      const silent = quiet && looks >= FEWEST_LOOKS && Date.now() - since > patience * QUIET_SHARE
      if (silent || Date.now() > end) break
      await pause(
        looks < FAST_POLLS ? POLL : Math.min(SLOWEST_POLL, POLL * (looks - FAST_POLLS + 2)),
      )
    }
    if (activity.navigations() - navigations <= MOST_NAVIGATIONS) return undefined
    stuck.add(page())
    throw new Restless('The page goes to another address again and again.')
  }

  async function settle(still = 0): Promise<void> {
    await pause(POLL)
    let since = Date.now()
    let before = ''
    await until(async (pulse) => {
      const isDone = pulse.startsWith('complete') && activity.isIdle()
      if (pulse !== before || !isDone) since = Date.now()
      before = pulse
      return (isDone && Date.now() - since >= still) || undefined
    })
  }

  const { dispose: _, ...watched } = activity
  const guard = openGuard(page, given.sites, signal)
  const stage: Stage = {
    ...given,
    bounds: { timeout: usual, signal },
    guard,
    page,
    leave,
    pause,
    until,
    settle,
    ...watched,
    checkDialog: dialogs.check,
    dialogs: dialogs.count,
    forgetDialog: dialogs.forget,
  }
  const dispose = async (): Promise<void> => {
    activity.dispose()
    await guard.dispose()
    const last = openPages(context).at(-1)
    // The next run must not wait for this page again.
    if (last && (stuck.has(last) || dialogs.flood() !== undefined)) await leave()
    dialogs.dispose()
  }
  return { stage, dispose }
}

/**
 * Whether the page answers, stays and shows no messages. An earlier run may have left it in an endless loop of scripts,
 * navigations or messages.
 */
export async function isUsable(stage: Stage): Promise<boolean> {
  if (!stage.page().url().startsWith('http')) return true
  const asked = stage
    .page()
    .evaluate('document.readyState')
    .catch(() => 'moves on')
  const before = stage.navigations()
  const said = stage.dialogs()
  const state = await bounded(asked, Math.min(stage.patience, SHORTEST_PATIENCE), () => undefined)
  if (stage.dialogs() > said) return false
  if (state === undefined || state === 'complete') return state !== undefined
  await stage.pause(LOOP)
  return stage.navigations() - before < 2
}

function openPages(context: BrowserContext): Page[] {
  return context.pages().filter((page) => !page.isClosed())
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
