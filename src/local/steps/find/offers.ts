/** What a page offers to a sentence: said in every refusal, so that the next try can be right. */
import type { AriaElement } from '../page/aria.ts'
import { quoteList } from '../refusal.ts'

export const FIELD_ROLES = ['textbox', 'searchbox', 'combobox', 'spinbutton', 'slider', 'listbox']
export const BUTTON_ROLES = ['button', 'tab', 'menuitem', 'switch']
export const BOX_ROLES = ['checkbox', 'radio', 'switch', 'menuitemcheckbox', 'menuitemradio']

export const FRAMES = 'It also has a frame (iframe), and steps do not reach into frames.'

const KINDS: [label: string, roles: string[]][] = [
  ['links', ['link']],
  ['buttons', BUTTON_ROLES],
  ['fields', FIELD_ROLES],
  ['boxes', BOX_ROLES],
  ['columns', ['columnheader']],
  ['labels', ['term', 'rowheader']],
]

export function describeOffers(elements: AriaElement[]): string {
  const own = elements.filter(({ inFrame }) => !inFrame)
  const offers = KINDS.flatMap(([label, roles]) => {
    const all = own.filter(({ role }) => roles.includes(role)).map(({ name, text }) => name || text)
    const names = all.filter((name) => name !== '')
    const nameless = all.length - names.length
    const rest = nameless > 0 ? [`${nameless} without a name`] : []
    return all.length > 0
      ? [[label, ...(names.length > 0 ? [quoteList(names)] : []), ...rest].join(' ')]
      : []
  })
  const said =
    offers.length > 0
      ? `The page offers ${offers.join('; ')}.`
      : 'The page offers nothing with an accessible name.'
  const frames = elements.some(({ role }) => role === 'iframe')
  return frames ? `${said} ${FRAMES}` : said
}
