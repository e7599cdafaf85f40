/** Recognises the log-in form of a document, and enters its password. */
import { clean, findAll, isShown, labelsOf } from './dom.ts'

/** The names of its parts. A page can ask for the user name alone, and without a button Enter submits. */
export interface LoginForm {
  user?: string | undefined
  password?: string | undefined
  submit?: string | undefined
  /** Differs if a field or the button is another one. */
  signature: string
  /** Identifies the field that a page shows again if the log-in failed. */
  mark: string
  /** Why no step can fill it in. */
  problem?: string | undefined
}

const BUTTONS = 'button, input[type=submit], input[type=image], [role=button]'
const USER_WORDS = /user|e-?mail|log-?in|account|member|identif|customer/i
const OTHER_WORDS = /search|coupon|newsletter/i
const LOG_IN = /^(?:log ?[io]n|sign ?in|continue|next|submit|go|enter)\b(?!.* (?:with|using|as) )/i
const SIGN_UP = /\b(?:sign ?up|register|create (?:an |my |your )?account|join)\b/i
const LOG_IN_PAGE = /\b(?:log ?[io]n|sign ?in)\b/i

interface Parts {
  user?: HTMLInputElement | undefined
  password?: HTMLInputElement | undefined
  submit?: HTMLInputElement | undefined
  /** Fields that could take the user name. */
  users: HTMLInputElement[]
}

export function loginForm(): LoginForm | undefined {
  const [form, second] = findForms()
  if (!form) return undefined
  const { user, password, submit, users } = form
  const marks = [password, user].flatMap((field) => (field ? markOf(field) : []))
  const names = users.map((field) => `“${labelOf(field)}”`).join(', ')
  const unclear =
    users.length > 1 ? `More than one field could take the user name: ${names}.` : undefined
  return {
    user: user && labelOf(user),
    password: password && labelOf(password),
    submit: submit && nameOf(submit),
    signature: [...marks, submit && nameOf(submit)].join('\n'),
    mark: marks[0] ?? '',
    problem: second ? 'The page has several forms to log in.' : unclear,
  }
}

/** Throws if the form is another one. */
export function formPart(part: 'user' | 'password' | 'submit', signature: string): HTMLElement {
  const element = loginForm()?.signature === signature && findForms()[0]?.[part]
  if (!element) throw new Error('The form has changed.')
  return element
}

function findForms(): Parts[] {
  const fields = inputs(':enabled:not([readonly])')
  const buttons = findAll(BUTTONS).filter(isShown) as HTMLInputElement[]
  const forms = [...new Set(fields.map(formOf))].flatMap((form) => {
    const own = (part: HTMLInputElement): boolean => formOf(part) === form
    return recognize(fields.filter(own), buttons.filter(own)) ?? []
  })
  const complete = forms.filter(({ password }) => password)
  return complete.length > 0 ? complete : forms
}

/** A form to sign up does not count, though it has the same fields. */
function recognize(fields: HTMLInputElement[], buttons: HTMLInputElement[]): Parts | undefined {
  const says = (what: RegExp): boolean => buttons.some((button) => what.test(nameOf(button)))
  const [password, another] = fields.filter(
    ({ type, autocomplete }) => type === 'password' && autocomplete !== 'new-password',
  )
  const texts = fields.filter(
    (field) => /^(?:text|email|tel)$/.test(field.type) && !OTHER_WORDS.test(wordsOf(field)),
  )
  const likely = texts.filter((field) => USER_WORDS.test(wordsOf(field)))
  const users = !password || likely.length > 0 ? likely : texts
  const isLogin =
    password ?? (users.length > 0 && (says(LOG_IN) || LOG_IN_PAGE.test(document.title)))
  if (!isLogin || another || (says(SIGN_UP) && !says(LOG_IN))) return undefined
  const submits = buttons.filter(({ form, type }) => form && /^(?:submit|image)$/.test(type))
  const named = buttons.filter((button) => LOG_IN.test(nameOf(button)))
  const [submit, ...more] = submits.length === 1 ? submits : named
  return { user: users[0], password, submit: more.length > 0 ? undefined : submit, users }
}

const inputs = (state = ''): HTMLInputElement[] =>
  findAll(`input${state}`).filter(isShown) as HTMLInputElement[]

const formOf = (part: HTMLInputElement): Element | null => part.form ?? part.closest('form')

const nameOf = (button: HTMLInputElement): string =>
  clean(button.innerText || button.ariaLabel || button.value || button.title)

const labelOf = (field: HTMLInputElement): string => labelsOf(field)[0] ?? field.name

const wordsOf = (field: HTMLInputElement): string =>
  [...labelsOf(field), field.name, field.id, field.autocomplete].join(' ')

const markOf = (field: HTMLInputElement): string => `${field.type} ${wordsOf(field)}`

/** What the page still says of the field with this mark: the browser's complaint, empty without one; null if it is gone. */
export function complaintOf(mark: string): string | null {
  const form = inputs().find((field) => markOf(field) === mark)
  if (!form) return null
  const invalid = inputs().find((field) => formOf(field) === formOf(form) && !field.validity.valid)
  return invalid ? `“${labelOf(invalid)}”: ${invalid.validationMessage.replace(/\.$/, '')}` : ''
}

/** The addresses to which a form may give its texts: the page itself, and the target of the form or of its button. */
export function destinationsOf(part: Element): string[] {
  const { form } = part as HTMLInputElement
  const page = window.origin === 'null' ? location.href : window.origin
  // Uses the attributes, because a field named "action" hides the property.
  const target = part.getAttribute('formaction') ?? form?.getAttribute('action')
  const action = form && new URL(target ?? '', document.baseURI).href
  return [page, ...(action === null || action.startsWith('javascript:') ? [] : [action])]
}

/**
 * Sets the value of a password field and fires its events in one turn, so that the page cannot redirect the text. If it is
 * not a password field before and after, empties it and returns the fault.
 */
export function setSecret(field: Element, value: string): string | undefined {
  const input = field as HTMLInputElement
  if (input.type !== 'password') return faultOf(input, value)
  setValue(input, value)
  if (faultOf(input, value) === undefined) return undefined
  setValue(input, '')
  return 'changed while the password was entered'
}

/** What has changed in a filled-in password field; undefined if nothing has. */
export function faultOf(field: Element, expected: string): string | undefined {
  const { type, value } = field as HTMLInputElement
  if (!field.isConnected || !isShown(field)) return 'is gone'
  if (type !== 'password') return 'is not a password field any more'
  return value === expected ? undefined : 'holds something else now'
}

function setValue(input: HTMLInputElement, value: string): void {
  const key = { bubbles: true, composed: true, key: value.at(-1) ?? '' }
  input.focus()
  input.dispatchEvent(new KeyboardEvent('keydown', key))
  // The setter that a framework installs on the element would ignore the change.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, data: value }))
  input.dispatchEvent(new KeyboardEvent('keyup', key))
  input.dispatchEvent(new Event('change', { bubbles: true }))
}
