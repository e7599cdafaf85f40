/** What a page offers to a sentence: said in every refusal, so that the next try can be right. */
import type { AriaElement } from '../page/aria.ts'
import { quoteList } from '../refusal.ts'
import { BOX_ROLES, BUTTON_ROLES, FIELD_ROLES } from './kinds.ts'

const KINDS: [label: string, roles: readonly string[]][] = [
  ['links', ['link']],
  ['buttons', BUTTON_ROLES],
  ['fields', FIELD_ROLES],
  ['boxes', BOX_ROLES],
  ['columns', ['columnheader']],
  ['labels', ['term', 'rowheader']],
]

export function describeOffers(elements: AriaElement[]): string {
  const offers = KINDS.flatMap(([label, roles]) => {
    const all = elements
      .filter(({ role }) => roles.includes(role))
      .map(({ name, text }) => name || text)
    const names = all.filter((name) => name !== '')
    const nameless = all.length - names.length
    const rest = nameless > 0 ? [`${nameless} without a name`] : []
    return all.length > 0
      ? [[label, ...(names.length > 0 ? [quoteList(names)] : []), ...rest].join(' ')]
      : []
  })
  return offers.length > 0
    ? `The page offers ${offers.join('; ')}.`
    : 'The page offers nothing with an accessible name.'
}
