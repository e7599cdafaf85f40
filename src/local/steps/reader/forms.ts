/** Reads log-in forms, and enters a password. */
import { clean, findAll, isShown, labelsOf } from './dom.ts'

export interface Field {
  /** Index for `formElement`. */
  at: number
  type: string
  autocomplete: string
  /** Label, placeholder, name and id in one string, for looking up words. */
  words: string
  /** Its visible name. */
  label: string
  /** Index among the page's forms; -1 outside any. */
  form: number
  /** The browser's validation message for the value, if any. */
  complaint: string
}

export interface Button {
  /** Index for `formElement`. */
  at: number
  name: string
  submits: boolean
  form: number
}

export interface Forms {
  fields: Field[]
  buttons: Button[]
  title: string
}

const BUTTONS = 'button, input[type=submit], input[type=image], [role=button]'

let elements: HTMLElement[] = []

export function readForms(): Forms {
  const inputs = findAll('input').filter(isShown) as HTMLInputElement[]
  const buttons = findAll(BUTTONS).filter(isShown) as HTMLButtonElement[]
  const forms = [...new Set([...inputs, ...buttons].flatMap(({ form }) => form ?? []))]
  elements = [...inputs, ...buttons]
  return {
    fields: inputs.flatMap((input, at) =>
      input.disabled || input.readOnly ? [] : [{ ...describe(input), at, form: indexOf(input) }],
    ),
    buttons: buttons.map((button, at) => ({
      at: inputs.length + at,
      name: clean(button.innerText || button.ariaLabel || button.value || button.title),
      submits: button.type === 'submit' || (button.type as string) === 'image',
      form: indexOf(button),
    })),
    title: document.title,
  }

  function indexOf({ form }: { form?: HTMLFormElement | null }): number {
    return form ? forms.indexOf(form) : -1
  }
}

function describe(input: HTMLInputElement): Omit<Field, 'at' | 'form'> {
  const labels = labelsOf(input)
  return {
    type: input.type,
    autocomplete: input.autocomplete,
    words: [...labels, input.name, input.id].join(' '),
    label: labels[0] ?? input.name,
    complaint: input.validationMessage,
  }
}

/** The addresses that a field or button sends to: the page itself, and the target of the form. */
export function destinationOf(element: Element): string[] {
  const { form } = element as HTMLButtonElement
  const own = element.getAttribute('formaction')
  // Uses the attribute, because a field named "action" hides the property.
  const action = form && new URL(own ?? form.getAttribute('action') ?? '', document.baseURI).href
  const page = window.origin === 'null' ? location.href : window.origin
  return [page, ...(action === null || action.startsWith('javascript:') ? [] : [action])]
}

/** An element of the last reading, even if the page has changed. */
export function formElement(at: number): HTMLElement {
  const element = elements[at]
  if (!element?.isConnected) throw new Error('Element is not attached')
  return element
}

/**
 * Sets the value of a password field and fires its events in one turn, so that the page cannot redirect the text. If it is
 * not a password field before and after, empties it and returns the fault.
 */
export function setSecret(input: HTMLInputElement, value: string): string | undefined {
  if (!input.isConnected || !isShown(input)) return 'is gone'
  if (input.type !== 'password') return 'is not a password field any more'
  const { form } = input
  const goesTo = destinationOf(input).join()
  // The user name may equal the password.
  const before = holders(value)
  setValue(input, value)
  const copies = holders(value).filter((field) => field !== input && !before.includes(field))
  const isSame = checkSecret(input, value) === undefined && input.form === form
  if (isSame && destinationOf(input).join() === goesTo && copies.length === 0) return undefined
  for (const field of [input, ...copies]) setValue(field, '')
  return 'changed while the password was entered'
}

/** What has changed in a filled-in password field; undefined if nothing has. */
export function checkSecret(input: HTMLInputElement, value: string): string | undefined {
  if (!input.isConnected || !isShown(input)) return 'is gone'
  if (input.type !== 'password') return 'is not a password field any more'
  return input.value === value ? undefined : 'holds something else now'
}

/** Fields that show the text. */
function holders(value: string): HTMLInputElement[] {
  const fields = findAll('input:not([type=password]), textarea') as HTMLInputElement[]
  return fields.filter((field) => field.value.includes(value))
}

function setValue(input: HTMLInputElement, value: string): void {
  const prototype = input instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement
  const key = { bubbles: true, composed: true, key: value.at(-1) ?? '' }
  input.focus()
  input.dispatchEvent(new KeyboardEvent('keydown', key))
  // The setter that a framework installs on the element would ignore the change.
  Object.getOwnPropertyDescriptor(prototype.prototype, 'value')?.set?.call(input, value)
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, data: value }))
  input.dispatchEvent(new KeyboardEvent('keyup', key))
  input.dispatchEvent(new Event('change', { bubbles: true }))
}
