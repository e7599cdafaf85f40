/// <reference lib="dom" />
/**
 * Where on a page one logs in. `readForms` runs inside the page and only reports facts; choosing among them is pure.
 */
import type { Page } from 'playwright-core'
import { quoteList, Refusal } from '../refusal.ts'

export interface Field {
  /** Index among the page's `input` elements. */
  at: number
  type: string
  autocomplete: string
  /** Label, placeholder, name and id in one string, for looking up words. */
  words: string
  /** What a person would call it. */
  label: string
  /** Index among the page's forms; -1 outside any. */
  form: number
  /** The browser's own complaint about the value, if any. */
  complaint: string
}

export interface Button {
  /** Index among the page's `BUTTONS`. */
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

export interface LoginForm {
  user?: Field
  password?: Field
  submit?: Button
}

export const BUTTONS = 'button, input[type=submit], input[type=image], [role=button]'
const USER_WORDS =
  /user|e-?mail|log-?in|account|member|identif|customer|benutzer|kennung|anmelde|utilisateur|usuario|utente/i
const LOG_IN =
  /^(?:log ?[io]n|sign ?in|continue|next|submit|go|enter|anmelden|einloggen|weiter|connexion|se connecter|entrar|iniciar sesión|accedi)\b(?!.* (?:with|using|as) )/i
const SIGN_UP =
  /\b(?:sign ?up|register|create (?:an |my |your )?account|join|registrieren|s'inscrire)\b/i
const LOG_IN_PAGE = /\b(?:log ?[io]n|sign ?in|anmeld|einloggen|connexion|iniciar sesi)/i

export async function readForms(page: Page): Promise<Forms> {
  const fields = await page.locator('input:visible').evaluateAll(readFields)
  const buttons = await page.locator(BUTTONS).locator('visible=true').evaluateAll(readButtons)
  return { fields, buttons, title: await page.title() }
}

function readFields(elements: Element[]): Field[] {
  return (elements as HTMLInputElement[]).flatMap((input, at) => {
    if (input.disabled || input.readOnly) return []
    const labels = [...(input.labels ?? [])].map((label) => label.innerText.trim())
    const said = [...labels, input.ariaLabel ?? '', input.placeholder, input.title]
    return [
      {
        at,
        type: input.type,
        autocomplete: input.autocomplete,
        words: [...said, input.name, input.id].join(' '),
        label: said.find((text) => text !== '') ?? input.name,
        form: input.form ? [...document.forms].indexOf(input.form) : -1,
        complaint: input.validationMessage,
      },
    ]
  })
}

function readButtons(elements: Element[]): Button[] {
  return (elements as (HTMLButtonElement | HTMLInputElement)[]).map((button, at) => ({
    at,
    name: (button.innerText || button.ariaLabel || button.value || button.title || '').trim(),
    submits: button.type === 'submit' || button.type === 'image',
    form: button.form ? [...document.forms].indexOf(button.form) : -1,
  }))
}

/**
 * The login form, or its user name or password step; undefined when there is none. Refuses to guess among several. A form
 * to sign up is none, though it has the same fields.
 */
export function findLoginForm({ fields: all, buttons, title }: Forms): LoginForm | undefined {
  const says = (form: number, what: RegExp): boolean =>
    buttons.some((button) => button.form === form && what.test(button.name))
  const fields = all.filter(({ form }) => says(form, LOG_IN) || !says(form, SIGN_UP))
  const passwords = fields.filter(
    ({ type, autocomplete }) => type === 'password' && autocomplete !== 'new-password',
  )
  const texts = fields.filter(
    ({ type, words }) =>
      ['text', 'email', 'tel'].includes(type) && !/search|coupon|newsletter/i.test(words),
  )
  const forLogin = ({ form }: Field): boolean =>
    passwords.filter((other) => other.form === form).length === 1 && says(form, LOG_IN)
  const choice = passwords.length > 1 ? passwords.filter(forLogin) : passwords
  if (passwords.length > 0 && choice.length !== 1) {
    throw new Refusal(
      `The page has ${passwords.length} password fields: ${quoteList(passwords.map(({ label }) => label))}.`,
    )
  }
  const [password] = choice
  if (password) {
    const user = userField(texts.filter(({ form }) => form === password.form))
    return withSubmit({ password, ...(user && { user }) }, password.form, buttons)
  }
  const user = userField(texts.filter(looksLikeUser))
  if (!user) return undefined
  const form = withSubmit({ user }, user.form, buttons)
  const saysLogin = LOG_IN.test(form.submit?.name ?? '') || LOG_IN_PAGE.test(title)
  return saysLogin ? form : undefined
}

function looksLikeUser({ words, autocomplete }: Field): boolean {
  return /username|email/.test(autocomplete) || USER_WORDS.test(words)
}

function userField(texts: Field[]): Field | undefined {
  const likely = texts.filter(looksLikeUser)
  const choice = likely.length > 0 ? likely : texts
  if (choice.length > 1) {
    throw new Refusal(
      `More than one field could take the user name: ${quoteList(choice.map(({ label }) => label))}.`,
    )
  }
  return choice[0]
}

/** The form's one submit button, else the one that says "Log in" or the like, else none: then Enter submits. */
function withSubmit(form: LoginForm, at: number, buttons: Button[]): LoginForm {
  const own = buttons.filter((button) => button.form === at)
  const submits = own.filter(({ submits: yes }) => yes && at >= 0)
  const named = own.filter(({ name }) => LOG_IN.test(name))
  const choice = submits.length === 1 ? submits : named
  return choice.length === 1 && choice[0] ? { ...form, submit: choice[0] } : form
}
