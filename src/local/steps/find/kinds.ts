/** Words for kinds of elements in sentences and refusals, and their roles. */

export const FIELD_ROLES = [
  'textbox',
  'searchbox',
  'combobox',
  'spinbutton',
  'slider',
  'listbox',
] as const
export const BUTTON_ROLES = ['button', 'tab', 'menuitem', 'switch'] as const
export const BOX_ROLES = [
  'checkbox',
  'radio',
  'switch',
  'menuitemcheckbox',
  'menuitemradio',
] as const
export const LIST_ROLES = ['combobox', 'listbox'] as const
export const OPTION_ROLES = ['option', 'radio', 'menuitemradio'] as const

const KINDS: [noun: RegExp, roles: readonly string[]][] = [
  [/button$/i, ['button', 'switch']],
  [/link|page|section$/i, ['link']],
  [/tab$/i, ['tab']],
  [/menu item$/i, ['menuitem']],
  [/check ?box$/i, ['checkbox', 'switch', 'menuitemcheckbox']],
  [/field|input|(?:text|search) ?box$/i, FIELD_ROLES],
  [/drop-?down|list|menu$/i, LIST_ROLES],
  [/option$/i, OPTION_ROLES],
]

/** The roles of a word for a kind; undefined for a vague one such as "box". */
export function rolesOf(noun: string): readonly string[] | undefined {
  return KINDS.find(([word]) => word.test(noun))?.[1]
}

/** The word for a role in a sentence. */
export function nounOf(role: string): string {
  if (/^(?:link|button|tab|option|checkbox|radio)$/.test(role)) return role
  if (role.startsWith('menuitem')) return 'menu item'
  if ((FIELD_ROLES as readonly string[]).includes(role)) return 'field'
  return role
}
