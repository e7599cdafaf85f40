/** Opens an address, in a new tab if the page does not let go. */
import { notOpened } from '../../not-opened.ts'
import type { Stage } from '../page/stage.ts'
import { Refusal } from '../refusal.ts'
import { checkedUrl } from '../sentence/urls.ts'

/** A server may take this many times the patience of a step until the first byte of a page. */
const OPEN_FACTOR = 3
const MOVES_ON = 'it goes to another address again and again'

/**
 * `url` may be a path of the current site.
 * @param isFirst the run has done nothing yet, so questions of the old page do not concern it
 */
export async function open(stage: Stage, url: string, isFirst = false): Promise<void> {
  const here = stage.page().url()
  const base = here.startsWith('http') ? here : undefined
  if (!URL.canParse(url, base))
    throw new Refusal(
      `“${url}” is not a full address, and no page is open that it could belong to.`,
    )
  const target = checkedUrl(new URL(url, base).href)
  let reason = await arrive(stage, target, isFirst)
  // The page before may have navigated once more, even to the browser's own page of an error.
  if (reason === MOVES_ON || (reason !== undefined && !(await stage.isUsable()))) {
    stage.log('the page does not answer, or always moves on: a new tab takes its place')
    await stage.leave()
    reason = await arrive(stage, target, isFirst)
  }
  if (reason !== undefined) throw new Refusal(`${notOpened(target, reason)}.`)
  stage.checkAnswer()
}

/** Why the address could not be opened; undefined if it was opened. */
async function arrive(stage: Stage, target: string, isFirst: boolean): Promise<string | undefined> {
  const timeout = stage.patience * OPEN_FACTOR
  try {
    await stage.page().goto(target, { waitUntil: 'commit', timeout, signal: stage.signal })
    if (isFirst) stage.forgetQuestion()
    await stage.settle()
    return undefined
  } catch (error) {
    stage.signal.throwIfAborted()
    if (isFirst) stage.forgetQuestion()
    const [reason = ''] = String(error)
      .replace(/^.*page\.goto: /, '')
      .split(/\n| at http/)
    if (/interrupted by another|again and again/.test(reason)) return MOVES_ON
    if (error instanceof Refusal || /crash|closed/i.test(reason)) throw error
    return reason
  }
}
