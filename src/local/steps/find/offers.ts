/** The nearest names on the page for a refusal, so that the next try can succeed. */
import type { AriaElement } from '../page/aria.ts'
import { likeness, nearest, quoteList } from '../refusal.ts'
import { BOX_ROLES, BUTTON_ROLES, FIELD_ROLES } from './kinds.ts'

/** The most elements to name. */
const MOST = 6

const KINDS: [label: string, roles: string[]][] = [
  ['links', ['link']],
  ['buttons', BUTTON_ROLES],
  ['fields', FIELD_ROLES],
  ['boxes', BOX_ROLES],
  ['columns', ['columnheader']],
  ['labels', ['term', 'rowheader']],
]

/** The offers of a page by kind: those most similar to the name, and of its roles unless the page lacks them. */
export function describeOffers(elements: AriaElement[], name = '', roles: string[] = []): string {
  const known = elements.filter(({ role }) => KINDS.some(([, own]) => own.includes(role)))
  const fitting = known.filter(({ role }) => roles.includes(role))
  const all = fitting.length > 0 ? fitting : known
  const named = all.filter(nameOf)
  const near = nearest(named, (element) => likeness(nameOf(element), name), MOST)
  const offers = KINDS.flatMap(([label, own]) => {
    const ofKind = all.filter(({ role }) => own.includes(role))
    const nameless = ofKind.filter((element) => !nameOf(element)).length
    const names = quoteList(ofKind.filter((element) => near.includes(element)).map(nameOf))
    const said = [names, nameless > 0 && `${nameless} without a name`].filter(Boolean)
    return said.length > 0 ? `${label} ${said.join(' ')}` : []
  })
  if (named.length > near.length) offers.push(`and ${named.length - near.length} more`)
  if (offers.length === 0) return 'The page offers nothing with an accessible name.'
  return `The page offers ${offers.join('; ')}.`
}

const nameOf = ({ name, text }: AriaElement): string => name || text
