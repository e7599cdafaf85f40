/**
 * Where the steps happen: the context's newest page, and how long to wait for what it is about to show.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { watchDialogs, watchRequests, type Activity } from './watch.ts'

/** Milliseconds. */
const POLL = 50
const SLOWEST_POLL = 250
const FAST_POLLS = 6
/** However slow the machine: what must be seen several times in a row gets the chance. */
const FEWEST_LOOKS = 8
/** A page stuck in a script of its own never answers; nobody waits for it longer than this. */
const UNRESPONSIVE = 20_000
/** A page that has done nothing for this share of the patience is not going to show anything more. */
const QUIET_SHARE = 0.3
/** Changes whenever the page does anything that could matter to a step. */
const PULSE = `[document.readyState, document.getElementsByTagName('*').length,
  document.body?.textContent.length, document.body?.scrollHeight].join()`
const MOVED = /context was destroyed|cannot find context|navigat|detached|not attached|closed/i

/** Looks at the page; `pulse` differs from look to look when the page does anything. */
type Look<T> = (pulse: string) => Promise<T | undefined>

interface UntilOptions {
  patience?: number
  /** Give up early on a page that does nothing; true if absent. */
  quiet?: boolean
}

export interface Stage extends Omit<Activity, 'dispose'> {
  page(): Page
  signal: AbortSignal
  log(line: string): void
  /** Milliseconds that a step waits for what it needs. */
  patience: number
  /** The same for Playwright's actions. */
  bounds: { timeout: number; signal: AbortSignal }
  /** Has a secret masked that only the page gave away, such as a text typed into a password field. */
  addSecret(secret: string): void
  /**
   * Waits until the page has finished what the last action started, and has shown nothing new for `still` milliseconds.
   * Bounded by the patience.
   */
  settle(still?: number): Promise<void>
  /** Asks again and again until there is an answer; undefined when the patience is over or the page has gone quiet. */
  until<T>(look: Look<T>, options?: UntilOptions): Promise<T | undefined>
  pause(ms: number): Promise<void>
  /** Throws a Refusal if the page has asked something that had to be dismissed. */
  checkDialog(): void
}

type Given = Pick<Stage, 'signal' | 'log' | 'patience' | 'addSecret'>

/** Watches the context until `dispose` is called. */
export async function openStage(
  context: BrowserContext,
  given: Given,
): Promise<{ stage: Stage; dispose(): void }> {
  if (openPages(context).length === 0) await context.newPage()
  const activity = watchRequests(context)
  const dialogs = watchDialogs(context, given.log)
  const { signal, patience: usual } = given
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

  /** A page that moves away under a reading makes it throw: then that reading simply did not happen. */
  async function reading<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await bounded(look(), signal)
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
    let since = Date.now()
    let before = ''
    for (let looks = 1; ; looks += 1) {
      const pulse = (await reading(() => evaluate(PULSE))) ?? ''
      const found = await reading(() => look(pulse))
      if (found !== undefined) return found
      if (pulse !== before || !activity.isIdle()) since = Date.now()
      before = pulse
      const silent = quiet && looks >= FEWEST_LOOKS && Date.now() - since > patience * QUIET_SHARE
      if (silent || Date.now() > end) return undefined
      await pause(
        looks < FAST_POLLS ? POLL : Math.min(SLOWEST_POLL, POLL * (looks - FAST_POLLS + 2)),
      )
    }
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
  const bounds = { timeout: usual, signal }
  const stage = {
    ...given,
    bounds,
    page,
    pause,
    until,
    settle,
    ...watched,
    checkDialog: dialogs.check,
  }
  const dispose = (): void => {
    activity.dispose()
    dialogs.dispose()
  }
  return { stage, dispose }
}

function openPages(context: BrowserContext): Page[] {
  return context.pages().filter((page) => !page.isClosed())
}

async function bounded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const timer = new AbortController()
  const late = sleep(UNRESPONSIVE, undefined, {
    signal: AbortSignal.any([signal, timer.signal]),
  })
  try {
    return await Promise.race([
      work,
      late.then(() => {
        throw new Refusal('The page does not answer.')
      }),
    ])
  } finally {
    timer.abort()
  }
}
