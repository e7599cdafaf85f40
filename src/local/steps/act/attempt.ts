/** Acts on an element that was found, and explains failures in plain words. */
import type { ElementHandle } from 'playwright-core'
import type { Target } from '../find/kinds.ts'
import { locate, type Found } from '../find/locate.ts'
import { describeOffers } from '../find/offers.ts'
import { readAria } from '../page/aria.ts'
import type { Stage } from '../page/stage.ts'
import { Refusal } from '../refusal.ts'
import type { Name } from '../sentence/step.ts'

/** Times to retry an element that the page replaces while it is used. */
const MOST_TRIES = 30

/** The page removed the element before anything was done to it. */
class Replaced extends Refusal {
  override name = 'Replaced'
}

/** Finds the element of a step and acts on it. If the page removes it meanwhile, finds it again. */
export async function use(
  stage: Stage,
  target: Target,
  name: Name,
  action: (found: Found) => Promise<void>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const found = await locate(stage, target, name)
    try {
      return await action(found)
    } catch (error) {
      if (!(error instanceof Replaced) || tries === MOST_TRIES) throw error
    }
  }
}

/** Presses the element and waits for the effect. */
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
    // A window that closes itself after the press has done its work. The steps continue in the window before.
    if (!(error instanceof Refusal) && page.isClosed()) return void stage.page()
    const log = String(error).replace(/^(?:\w*Error: )?(?:[\w.]+: )?(?:Error: )?/, '')
    const [first = ''] = log.split('\n')
    if (error instanceof Refusal || /crash/i.test(first)) throw error
    if (/not attached|detached|context was destroyed/i.test(first))
      throw new Replaced(`“${name}” was taken off the page before it could be used.`)
    const [cover] =
      /<[a-z][^>]*>(?=[^<\n]*(?:<\/[^<\n]*)?intercepts pointer events)/i.exec(log) ?? []
    const state = /- ([\w ]+ is not (?:enabled|editable|visible|stable))/.exec(log)?.[1]
    const why = cover
      ? `is covered by another element (${cover})`
      : log.includes('waiting for scheduled navigations')
        ? 'was pressed, but what it leads to did not come in time'
        : `could not be used (${state ?? first})`
    const offers = describeOffers(await readAria(stage.page(), stage.signal))
    throw new Refusal(`“${name}” ${why}. ${offers}`)
  }
}
