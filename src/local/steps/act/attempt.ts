/** Acting on an element that was found, and saying in our words why it could not be done. */
import type { Locator } from 'playwright-core'
import { readAria } from '../page/aria.ts'
import { describeOffers } from '../find/offers.ts'
import { Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'

/** An element and what the page calls it. */
export interface Found {
  name: string
  locator: Locator
}

/** Presses it and waits for what comes of it. */
export async function click(stage: Stage, found: Found): Promise<void> {
  await attempt(stage, found, (locator) => locator.click(stage.bounds))
  await stage.settle()
  stage.checkAnswer()
}

export async function attempt<T>(
  stage: Stage,
  { name, locator }: Found,
  action: (locator: Locator) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action(locator)
  } catch (error) {
    stage.signal.throwIfAborted()
    // A window that closes itself when a button is pressed has done what it was asked; the steps go on in the one before.
    if (locator.page().isClosed()) return void stage.page()
    const [first = '', ...more] = String(error)
      .replace(/^\w*Error: [\w.]+: (?:Error: )?/, '')
      .split('\n')
    if (/crash/i.test(first)) throw error
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
