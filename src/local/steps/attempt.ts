/** Acting on an element that was found, and saying in our words why it could not be done. */
import { readAria } from './aria.ts'
import type { Located } from './locate.ts'
import { describeOffers } from './page-offers.ts'
import { Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'

export async function click(stage: Stage, found: Located): Promise<void> {
  await attempt(stage, found, (timeout) => found.locator.click({ timeout, signal: stage.signal }))
  await stage.settle()
  stage.checkAnswer()
}

/** Runs an action of Playwright's and says in our words why it could not be done. */
export async function attempt(
  stage: Stage,
  { element, locator }: Located,
  action: (timeout: number) => Promise<void>,
): Promise<void> {
  try {
    await action(stage.patience)
  } catch (error) {
    stage.signal.throwIfAborted()
    // A window that closes itself when a button is pressed has done what it was asked; the steps go on in the one before.
    if (locator.page().isClosed()) return void stage.page()
    const [first = '', ...more] = String(error).split('\n')
    if (/crash/i.test(first)) throw error
    const cover = more
      .find((line) => line.includes('intercepts pointer events'))
      ?.match(/<[a-z][^>]*>/gi)
    const why = cover
      ? `is covered by another element (${cover.at(-1)})`
      : `could not be used (${first})`
    const offers = describeOffers(await readAria(stage.page(), stage.signal))
    throw new Refusal(`“${element.name}” ${why}. ${offers}`)
  }
}
