/** Acting on an element that was found, and saying in our words why it could not be done. */
import type { ElementHandle } from 'playwright-core'
import { locate, type Found, type Located, type Query } from '../find/locate.ts'
import { describeOffers } from '../find/offers.ts'
import { readAria } from '../page/aria.ts'
import type { Stage } from '../page/stage.ts'
import { Refusal } from '../refusal.ts'

/** A page may draw an element anew while it is being used; one that always does is given up. */
const MOST_TRIES = 30

/** The page has taken the element away: nothing was done to it. */
class Replaced extends Refusal {
  override name = 'Replaced'
}

/** Finds what a step names and acts on it. An element that was taken away meanwhile is looked for again. */
export async function use<T>(
  stage: Stage,
  query: Query,
  action: (found: Located) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const found = await locate(stage, query)
    try {
      return await action(found)
    } catch (error) {
      if (!(error instanceof Replaced) || tries === MOST_TRIES) throw error
    }
  }
}

/** Presses it and waits for what comes of it. */
export async function click(stage: Stage, found: Found): Promise<void> {
  await attempt(stage, found, (element) => element.click(stage.bounds))
  await stage.settle()
  stage.guard.check()
  stage.checkAnswer()
}

export async function attempt<T>(
  stage: Stage,
  { name, element }: Found,
  action: (element: ElementHandle) => Promise<T>,
): Promise<T | undefined> {
  const page = stage.page()
  try {
    return await action(element)
  } catch (error) {
    stage.signal.throwIfAborted()
    if (error instanceof Refusal) throw error
    // A window that closes itself when a button is pressed has done what it was asked; the steps go on in the one before.
    if (page.isClosed()) return void stage.page()
    const [first = '', ...more] = String(error)
      .replace(/^(?:\w*Error: )?(?:[\w.]+: )?(?:Error: )?/, '')
      .split('\n')
    if (/crash/i.test(first)) throw error
    if (/not attached|detached|context was destroyed/i.test(first)) {
      throw new Replaced(`“${name}” was taken off the page before it could be used.`)
    }
    const cover = more
      .find((line) => line.includes('intercepts pointer events'))
      ?.match(/<[a-z][^>]*>/gi)
    const isDone = more.some((line) => line.includes('waiting for scheduled navigations'))
    const [, state] =
      /- ([\w ]+ is not (?:enabled|editable|visible|stable))/.exec(more.join('\n')) ?? []
    const why = cover
      ? `is covered by another element (${cover.at(-1)})`
      : isDone
        ? 'was pressed, but what it leads to did not come in time'
        : `could not be used (${state ?? first})`
    const offers = describeOffers(await readAria(stage.page(), stage.signal))
    throw new Refusal(`“${name}” ${why}. ${offers}`)
  }
}
