/** Finds the one element that a step names, waiting for it if it is not there yet. */
import type { Page } from 'playwright-core'
import { readAria, type AriaElement } from '../page/aria.ts'
import type { Found } from '../act/attempt.ts'
import { match, type Match } from './match.ts'
import { describeOffers } from './offers.ts'
import { quoteList, Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'
import type { Name } from '../sentence/step.ts'

/** So many times in a row a page must look the same before a name that only contains the words is taken. */
const LOOKS = 2

export interface Located extends Found {
  role: string
  /** Tells whether it is an element of another reading. */
  ref: string
}

/**
 * The element with one of the roles that the name means. `what` says in a refusal what was looked for (`button or link`).
 * An element that is disabled counts as not there yet.
 */
export async function locate(
  stage: Stage,
  name: Name,
  roles: string[],
  what: string,
): Promise<Located> {
  let elements: AriaElement[] = []
  let disabled = false
  let loose: Match<AriaElement>
  let before = ''
  let looks = 0
  const sure = await stage.until(async (pulse) => {
    elements = await readAria(stage.page(), stage.signal)
    const candidates = elements.filter(
      ({ role, ref, inFrame }) => roles.includes(role) && ref !== undefined && !inFrame,
    )
    const result = match(candidates, name)
    if (!result) return undefined
    disabled = 'found' in result && result.found.disabled
    if (disabled || 'several' in result || !result.loose) return disabled ? undefined : result
    // What is called exactly so may still come.
    loose = result
    looks = pulse === before && pulse.startsWith('complete') && stage.isIdle() ? looks + 1 : 0
    before = pulse
    return looks < LOOKS ? undefined : result
  })
  const found = sure ?? loose
  if (found && 'found' in found) {
    const { name: own, role, ref = '' } = found.found
    return { name: own, role, ref, locator: stage.page().getByRef(ref) }
  }
  if (found) throw new Refusal(severalReason(name, found.several))
  const joined = !name.quoted && / and |, /i.test(name.text)
  const hint = joined
    ? ' If it is more than one step, begin each with its verb: press …, and press ….'
    : ''
  const problem = disabled ? `“${name.text}” is disabled` : `There is no ${what} “${name.text}”`
  throw new Refusal(`${problem} on ${addressOf(stage.page())}.${hint} ${describeOffers(elements)}`)
}

function severalReason(name: Name, several: AriaElement[]): string {
  const kinds = several.map(({ role, name: own }) => `${role} ${own}`)
  const same = new Set(kinds).size === 1
  const list = same ? `${several.length} times ${quoteList(kinds)}` : quoteList(kinds)
  return `“${name.text}” is not unique on the page: ${list}. ${same ? 'A step cannot tell them apart.' : 'Give the whole name, in quotes.'}`
}

/** Without its query, which may hold anything. */
function addressOf(page: Page): string {
  const url = page.url()
  return url.startsWith('http') ? new URL(url).origin + new URL(url).pathname : url
}
