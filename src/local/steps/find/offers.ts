/** The nearest names on the page for a refusal, so that the next try can succeed. */
import type { AriaElement } from '../page/aria.ts'
import { likeness, nearest, quoteList } from '../refusal.ts'
import { BOX_ROLES, BUTTON_ROLES, FIELD_ROLES } from './kinds.ts'

/** The most elements to name. */
const MOST = 6

const KINDS: [label: string, roles: readonly string[]][] = [
  ['links', ['link']],
  ['buttons', BUTTON_ROLES],
  ['fields', FIELD_ROLES],
  ['boxes', BOX_ROLES],
  ['columns', ['columnheader']],
  ['labels', ['term', 'rowheader']],
]

/** The wanted name and its possible roles. */
interface Wanted {
  name?: string
  roles?: readonly string[]
}

/**
 * The offers of a page, grouped by kind, with the names most similar to the wanted one. Only the wanted roles, unless the
 * page lacks them.
 */
export function describeOffers(
  elements: AriaElement[],
  { name = '', roles = [] }: Wanted = {},
): string {
  const known = elements.filter(({ role }) => KINDS.some(([, own]) => own.includes(role)))
  const fitting = known.filter(({ role }) => roles.includes(role))
  const all = fitting.length > 0 ? fitting : known
  const named = all.filter((element) => nameOf(element) !== '')
  const near = nearest(named, (element) => likeness(nameOf(element), name), MOST)
  const offers = KINDS.flatMap(([label, own]) => {
    const ofKind = (some: AriaElement[]) => some.filter(({ role }) => own.includes(role))
    const names = quoteList(ofKind(near).map(nameOf))
    const nameless = ofKind(all).length - ofKind(named).length
    const rest = nameless > 0 ? `${nameless} without a name` : ''
    const said = [names, rest].filter(Boolean).join(' ')
    return said === '' ? [] : [`${label} ${said}`]
  })
  const more = named.length - near.length
  if (more > 0) offers.push(`and ${more} more`)
  return offers.length > 0
    ? `The page offers ${offers.join('; ')}.`
    : 'The page offers nothing with an accessible name.'
}

const nameOf = ({ name, text }: AriaElement): string => name || text
