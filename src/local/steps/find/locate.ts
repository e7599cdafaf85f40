/** Finds the element that a step names, and waits for it if necessary. */
import type { ElementHandle, Page } from 'playwright-core'
import { readAria, type AriaElement } from '../page/aria.ts'
import { addressOf } from '../../not-opened.ts'
import { onElement } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import { Misfit, quoteList, Refusal } from '../refusal.ts'
import { formOf } from '../sentence/grammar.ts'
import type { Name } from '../sentence/step.ts'
import { TARGETS, type Target } from './kinds.ts'
import { match, type Match } from './match.ts'
import { describeOffers } from './offers.ts'

/** Consecutive equal looks at a page before a name that only contains the words is accepted. */
const LOOKS = 2
/** The most nameless elements whose labels are searched in the markup. */
const MOST_NAMELESS = 30

/** An element and its name on the page. */
export interface Found {
  name: string
  element: ElementHandle
  role?: string
  /** Whether it equals an element of another reading. */
  ref?: string | undefined
}

/** The element that a step names. A disabled element counts as missing. */
export async function locate(stage: Stage, target: Target, name: Name): Promise<Found> {
  let elements: AriaElement[] = []
  let result: Match<AriaElement>
  let before = ''
  let looks = 0
  const sure = await stage.until(async (pulse) => {
    elements = await readAria(stage.page(), stage.signal)
    result = match(await candidatesFor(stage, name, TARGETS[target].roles, elements), name)
    // An exact match may still appear.
    const isStill = pulse === before && pulse.startsWith('complete') && stage.isIdle()
    looks = result?.loose && isStill ? looks + 1 : 0
    before = pulse
    return result && (!result.loose || looks >= LOOKS) ? pinned(stage, name, result) : undefined
  })
  const found = sure ?? (result && (await pinned(stage, name, result)))
  if (found) return found
  const called = name.text.replace(/^(?:the|a|an) /i, '')
  const { what, roles } = TARGETS[target]
  const offers = describeOffers(elements, called, roles)
  const where = addressOf(stage.page().url())
  if (result) throw new Refusal(`“${called}” is disabled on ${where}. ${offers}`)
  throw new Misfit(
    `There is no ${what} “${called}” on ${where}.${otherwise(name, roles, elements)} ${offers}`,
    formOf(target === 'option' ? 'select' : target),
  )
}

/** The elements of the roles. If none matches, elements that assistive technology skips are read from the markup. */
async function candidatesFor(
  stage: Stage,
  name: Name,
  roles: string[],
  elements: AriaElement[],
): Promise<AriaElement[]> {
  const own = elements.filter(
    ({ role, ref, inFrame }) => roles.includes(role) && (ref !== undefined || !inFrame),
  )
  if (match(own, name)) return own
  const nameless = own.filter((element) => element.name === '' && element.ref !== undefined)
  for (const element of nameless.slice(0, MOST_NAMELESS)) {
    const handle = await handleOf(stage.page(), element)
    element.name = await onElement(handle, (reader, [field]) => reader.labelOf(field), null)
  }
  return own
}

/** Keeps a handle of the element, so that no other element is used in its place; undefined if it is disabled. */
async function pinned(
  stage: Stage,
  wanted: Name,
  { found }: NonNullable<Match<AriaElement>>,
): Promise<Found | undefined> {
  const [{ name, role, ref, disabled }, another] = found
  if (another) {
    const kinds = new Set(found.map((one) => `${one.role} ${one.name}`))
    const hint =
      kinds.size === 1 ? 'A step cannot tell them apart.' : 'Give the whole name, in quotes.'
    throw new Refusal(
      `“${wanted.text}” is not unique on the page: ${found.length} times ${quoteList(kinds)}. ${hint}`,
    )
  }
  if (disabled) return undefined
  return { name, role, ref, element: await handleOf(stage.page(), found[0]) }
}

/**
 * Elements that cannot be pressed themselves, such as a box that its label draws, lack a reference and are found by role
 * and name.
 */
async function handleOf(page: Page, { ref, role, name }: AriaElement): Promise<ElementHandle> {
  const locator =
    ref === undefined ? page.getByRole(role as 'button', { name, exact: true }) : page.getByRef(ref)
  const [handle, another] = await locator.elementHandles()
  if (another)
    throw new Refusal(`“${name}” is not unique on the page. A step cannot tell them apart.`)
  if (!handle) throw new Error('Element is not attached')
  return handle
}

/** An element of this name with another role. */
function otherwise(name: Name, roles: string[], elements: AriaElement[]): string {
  const others = elements.filter((one) => one.name && !['generic', ...roles].includes(one.role))
  const { found: [other, another] = [], loose } = match(others, name) ?? {}
  return other && !another && !loose ? ` “${other.name}” is a ${other.role} here.` : ''
}
