/** Finds the one element that a step names, waiting for it if it is not there yet. */
import type { Page } from 'playwright-core'
import { readAria, type AriaElement } from './aria.ts'
import type { Found } from './attempt.ts'
import { match } from './match.ts'
import { describeOffers } from './page-offers.ts'
import { quoteList, Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'
import type { Name } from './step.ts'

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
  const found = await stage.until(async () => {
    elements = await readAria(stage.page(), stage.signal)
    const candidates = elements.filter(
      ({ role, ref, inFrame }) => roles.includes(role) && ref !== undefined && !inFrame,
    )
    const result = match(candidates, name)
    if (!result) return undefined
    disabled = 'found' in result && result.found.disabled
    return disabled ? undefined : result
  })
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
