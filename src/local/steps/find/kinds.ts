/** What sentences and refusals call the things on a page, and the roles that these have. */

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

/** The roles that a word for a kind means; undefined for one that says too little, such as "box". */
export function rolesOf(noun: string): readonly string[] | undefined {
  return KINDS.find(([word]) => word.test(noun))?.[1]
}

/** What a role is called in a sentence. */
export function nounOf(role: string): string {
  if (/^(?:link|button|tab|option|checkbox|radio)$/.test(role)) return role
  if (role.startsWith('menuitem')) return 'menu item'
  if ((FIELD_ROLES as readonly string[]).includes(role)) return 'field'
  return role
}
