/** Finds the element that a step names, and waits for it if necessary. */
import type { ElementHandle, Page } from 'playwright-core'
import { readAria, type AriaElement } from '../page/aria.ts'
import { addressOf } from '../page/not-opened.ts'
import { onElement } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import { Misfit, quoteList, Refusal } from '../refusal.ts'
import { formOf } from '../sentence/grammar.ts'
import type { Name, Step } from '../sentence/step.ts'
import { nounOf } from './kinds.ts'
import { match, type Match } from './match.ts'
import { describeOffers } from './offers.ts'

/** Consecutive equal looks at a page before a name that only contains the words is accepted. */
const LOOKS = 2
/** The most nameless elements whose labels are searched in the markup. */
const MOST_NAMELESS = 30

/** What a step looks for. */
export interface Query {
  name: Name
  roles: readonly string[]
  /** Its word in a refusal (`button or link`). */
  what: string
  /** The kind of step, whose form a refusal shows. */
  kind: Step['kind']
}

/** An element and its name on the page. */
export interface Found {
  name: string
  element: ElementHandle
}

export interface Located extends Found {
  role: string
  /** Whether it equals an element of another reading. */
  ref: string
}

/** The element of the query. A disabled element counts as missing. */
export async function locate(stage: Stage, query: Query): Promise<Located> {
  const { name, what } = query
  let elements: AriaElement[] = []
  let disabled = false
  let loose: Match<AriaElement>
  let before = ''
  let looks = 0
  const sure = await stage.until(async (pulse) => {
    elements = await readAria(stage.page(), stage.signal)
    const result = match(await candidatesFor(stage, query, elements), name)
    if (!result) return undefined
    disabled = 'found' in result && result.found.disabled
    if (disabled || 'several' in result || !result.loose)
      return disabled ? undefined : pinned(stage, result)
    // An exact match may still appear.
    loose = result
    looks = pulse === before && pulse.startsWith('complete') && stage.isIdle() ? looks + 1 : 0
    before = pulse
    return looks < LOOKS ? undefined : pinned(stage, result)
  })
  const found = sure ?? (loose && (await pinned(stage, loose)))
  if (found && 'element' in found) return found
  if (found) throw new Refusal(severalReason(name, found.several))
  const joined = !name.quoted && / and |, /i.test(name.text)
  const hint = joined
    ? ' If it is more than one step, begin each with its verb: press …, and press ….'
    : ''
  const called = name.text.replace(/^(?:the|a|an) /i, '')
  const problem = disabled ? `“${called}” is disabled` : `There is no ${what} “${called}”`
  const other = disabled ? '' : otherwise(query, elements)
  const where = addressOf(stage.page().url())
  const offers = describeOffers(elements, { name: called, roles: query.roles })
  const reason = `${problem} on ${where}.${other}${hint} ${offers}`
  throw disabled ? new Refusal(reason) : new Misfit(reason, formOf(query.kind))
}

/** The elements of the roles. If none matches, elements that assistive technology skips are read from the markup. */
async function candidatesFor(
  stage: Stage,
  { name, roles }: Query,
  elements: AriaElement[],
): Promise<AriaElement[]> {
  const own = elements.filter(
    ({ role, ref, inFrame }) => roles.includes(role) && (ref !== undefined || !inFrame),
  )
  const nameless = own.filter((element) => element.name === '' && element.ref !== undefined)
  if (nameless.length === 0 || match(own, name)) return own
  for (const element of nameless.slice(0, MOST_NAMELESS)) {
    const handle = await handleOf(stage.page(), element)
    element.name = await onElement(handle, (reader, [field]) => reader.labelOf(field), null)
  }
  return own
}

/** Keeps a handle of the element, so that no other element is used in its place. */
async function pinned(
  stage: Stage,
  result: Exclude<Match<AriaElement>, undefined>,
): Promise<Located | { several: AriaElement[] } | undefined> {
  if ('several' in result) return result
  const { name, role, ref = '' } = result.found
  return { name, role, ref, element: await handleOf(stage.page(), result.found) }
}

/**
 * Elements that cannot be pressed themselves, such as a box that its label draws, lack a reference and are found by role
 * and name.
 */
async function handleOf(page: Page, { ref, role, name }: AriaElement): Promise<ElementHandle> {
  const locator =
    ref === undefined
      ? page.getByRole(role as 'button', { name, exact: true, includeHidden: false })
      : page.getByRef(ref)
  try {
    const handle = await locator.elementHandle({ timeout: 1000 })
    if (handle) return handle
  } catch (error) {
    if (/strict mode/.test(String(error))) {
      throw new Refusal(`“${name}” is not unique on the page. A step cannot tell them apart.`)
    }
  }
  throw new Error('Element is not attached')
}

/** Elements of this name with another role. */
function otherwise({ name, roles }: Query, elements: AriaElement[]): string {
  const others = elements.filter(
    ({ role, name: own }) => own !== '' && role !== 'generic' && !roles.includes(role),
  )
  const result = match(others, name)
  if (!result || !('found' in result) || result.loose) return ''
  return ` “${result.found.name}” is a ${nounOf(result.found.role)} here.`
}

function severalReason(name: Name, several: AriaElement[]): string {
  const kinds = several.map(({ role, name: own }) => `${role} ${own}`)
  const same = new Set(kinds).size === 1
  const list = same ? `${several.length} times ${quoteList(kinds)}` : quoteList(kinds)
  return `“${name.text}” is not unique on the page: ${list}. ${same ? 'A step cannot tell them apart.' : 'Give the whole name, in quotes.'}`
}
