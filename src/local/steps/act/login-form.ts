/** Recognises the log-in form among the fields and buttons of a page. Pure: the facts come from reader/forms.ts. */
import type { Button, Field, Forms } from '../reader/forms.ts'
import { quoteList, Refusal } from '../refusal.ts'

export interface LoginForm {
  user?: Field
  password?: Field
  submit?: Button
}

const USER_WORDS = /user|e-?mail|log-?in|account|member|identif|customer/i
const LOG_IN = /^(?:log ?[io]n|sign ?in|continue|next|submit|go|enter)\b(?!.* (?:with|using|as) )/i
const SIGN_UP = /\b(?:sign ?up|register|create (?:an |my |your )?account|join)\b/i
const LOG_IN_PAGE = /\b(?:log ?[io]n|sign ?in)\b/i

/**
 * The login form, or its user name or password step; undefined if the page lacks one. Refuses if there are several. Sign-up
 * forms do not count, though they have the same fields.
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

/** Whether two readings of a page show the same form. */
export function isSame(one: LoginForm, other: LoginForm | undefined): boolean {
  return other !== undefined && signatureOf(one) === signatureOf(other)
}

function signatureOf({ user, password, submit }: LoginForm): string {
  const fields = [user, password].map((field) => field && [field.type, field.words])
  return JSON.stringify([...fields, submit?.name, password?.form === user?.form])
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

/** The only submit button of the form, else the one named "Log in" or the like; undefined otherwise, and Enter submits. */
function withSubmit(form: LoginForm, at: number, buttons: Button[]): LoginForm {
  const own = buttons.filter((button) => button.form === at)
  const submits = own.filter(({ submits: yes }) => yes && at >= 0)
  const named = own.filter(({ name }) => LOG_IN.test(name))
  const choice = submits.length === 1 ? submits : named
  return choice.length === 1 && choice[0] ? { ...form, submit: choice[0] } : form
}
