/** What steps look for, in the words of sentences and refusals and by the roles of the page. */

export const FIELD_ROLES = ['textbox', 'searchbox', 'combobox', 'spinbutton', 'slider', 'listbox']
export const BUTTON_ROLES = ['button', 'tab', 'menuitem', 'switch']
export const BOX_ROLES = ['checkbox', 'radio', 'switch', 'menuitemcheckbox', 'menuitemradio']
const LIST_ROLES = ['combobox', 'listbox']

/** What a kind of step looks for: its word in a refusal, and its roles. */
export const TARGETS = {
  go: { what: 'link', roles: ['link', 'menuitem', 'tab'] },
  'log-in': { what: 'link or button', roles: ['link', 'button'] },
  press: { what: 'button or link', roles: ['link', ...BUTTON_ROLES] },
  type: { what: 'field', roles: FIELD_ROLES },
  upload: { what: 'field for files', roles: ['button', ...FIELD_ROLES] },
  select: { what: 'list', roles: LIST_ROLES },
  option: { what: 'option', roles: ['option', 'menuitemradio'] },
  choose: { what: 'option', roles: ['radio', 'menuitemradio', 'checkbox', 'menuitemcheckbox'] },
  tick: { what: 'box', roles: BOX_ROLES },
}

export type Target = keyof typeof TARGETS

const KINDS: [noun: RegExp, roles: string[]][] = [
  [/button$/i, ['button', 'switch']],
  [/(?:link|page|section)$/i, ['link']],
  [/tab$/i, ['tab']],
  [/menu item$/i, ['menuitem']],
  [/check ?box$/i, ['checkbox', 'switch', 'menuitemcheckbox']],
  [/(?:field|input|(?:text|search) ?box)$/i, FIELD_ROLES],
  [/(?:drop-?down|list|menu)$/i, LIST_ROLES],
  [/option$/i, ['option', 'radio', 'menuitemradio']],
]

/** The roles of the word for a kind at the end of a name; undefined for a vague one such as "box". */
export function rolesOf(name: string): string[] | undefined {
  return KINDS.find(([noun]) => noun.test(name))?.[1]
}
