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
  { element }: Located,
  action: (timeout: number) => Promise<void>,
): Promise<void> {
  try {
    await action(stage.patience)
  } catch (error) {
    stage.signal.throwIfAborted()
    const message = error instanceof Error ? error.message : String(error)
    if (/closed|crash/i.test(message.split('\n', 1).join(''))) throw error
    const intercepts = message
      .split('\n')
      .find((line) => line.includes('intercepts pointer events'))
    const cover = intercepts?.match(/<[a-z][^>]*>/gi)?.at(-1)
    const elements = await readAria(stage.page(), stage.signal)
    const why = cover
      ? `is covered by another element (${cover})`
      : `could not be used (${message.split('\n', 1).join('')})`
    throw new Refusal(`“${element.name}” ${why}. ${describeOffers(elements)}`)
  }
}
