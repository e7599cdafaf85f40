/**
 * Logging in: one form, or a page for the user name and a page for the password. It counts as done only when the form
 * is gone and the site has not complained.
 */
import type { Page } from 'playwright-core'
import { readAria, type AriaElement } from './aria.ts'
import { BUTTONS, findLoginForm, readForms, type Field, type LoginForm } from './login-form.ts'
import { describeOffers } from './page-offers.ts'
import { Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'

interface Credentials {
  user: string
  password?: string
}

/** How often the form must be seen to be gone, one look every 50 ms. */
const LOOKS = 4
const LOG_IN_LINK = /^(?:log|sign) ?in$/i
const LOG_OUT_LINK = /^(?:log|sign) ?out\b/i
const COMPLAINT =
  /incorrect|invalid|wrong|fail|denied|unknown|not recogni|not found|try again|locked|required|falsch|ungültig/i
const CODE = /one-time|verification|authenticat|2fa|\botp\b|security code/i

export async function logIn(stage: Stage, credentials: Credentials): Promise<void> {
  const form = (await waitForForm(stage)) ?? (await openLoginPage(stage))
  if (form.password && credentials.password === undefined) {
    throw new Refusal(
      `The login form asks for a password (“${form.password.label}”). Say: log in with username … and password …`,
    )
  }
  if (form.user) await fill(stage, form.user, credentials.user)
  if (form.password) await fill(stage, form.password, credentials.password ?? '')
  await submit(stage, form)
  const next = await outcome(stage, form)
  if (form.password || credentials.password === undefined) {
    if (next)
      throw new Refusal(
        `The site asks for more than a user name: “${next.label}”. Say: log in with username … and password …`,
      )
    return
  }
  if (!next) throw new Refusal('The site took the user name and never asked for the password.')
  const second: LoginForm = { ...(await requireForm(stage)), password: next }
  await fill(stage, next, credentials.password)
  await submit(stage, second)
  await outcome(stage, second)
}

function waitForForm(stage: Stage): Promise<LoginForm | undefined> {
  return stage
    .until(async () => {
      const form = findLoginForm(await readForms(stage.page()))
      if (form) return form
      // Nothing to wait for where the page plainly says who is logged in, or where to log in.
      const names = (await readAria(stage.page(), stage.signal)).map(({ name }) => name)
      return names.some((name) => LOG_OUT_LINK.test(name) || LOG_IN_LINK.test(name))
        ? NO_FORM
        : undefined
    })
    .then((form) => (form === NO_FORM ? undefined : form))
}

const NO_FORM: LoginForm = {}

/** From a page that only links to its login page. */
async function openLoginPage(stage: Stage): Promise<LoginForm> {
  const elements = await readAria(stage.page(), stage.signal)
  const ways = elements.filter(
    ({ role, name, inFrame }) => /link|button/.test(role) && LOG_IN_LINK.test(name) && !inFrame,
  )
  const [way] = ways
  if (way?.ref === undefined || ways.some(({ url }) => url !== way.url)) throw noForm(elements)
  await stage.page().getByRef(way.ref).click({ timeout: stage.patience, signal: stage.signal })
  await stage.settle()
  return requireForm(stage)
}

async function requireForm(stage: Stage): Promise<LoginForm> {
  const form = await stage.until(async () => findLoginForm(await readForms(stage.page())))
  if (form) return form
  throw noForm(await readAria(stage.page(), stage.signal))
}

function noForm(elements: AriaElement[]): Refusal {
  const out = elements.find(({ name }) => LOG_OUT_LINK.test(name))
  const hint = out ? ` It seems to be logged in already: there is “${out.name}”.` : ''
  return new Refusal(`There is no login form on the page.${hint} ${describeOffers(elements)}`)
}

async function fill(stage: Stage, field: Field, value: string): Promise<void> {
  const input = stage.page().locator('input:visible').nth(field.at)
  await input.fill(value, { timeout: stage.patience, signal: stage.signal })
}

async function submit(stage: Stage, form: LoginForm): Promise<void> {
  const page: Page = stage.page()
  const options = { timeout: stage.patience, signal: stage.signal }
  if (form.submit) {
    await page.locator(BUTTONS).locator('visible=true').nth(form.submit.at).click(options)
  } else {
    const last = form.password ?? form.user
    await page
      .locator('input:visible')
      .nth(last?.at ?? 0)
      .press('Enter', options)
  }
  await stage.settle()
}

/** Waits until the form is gone. The password field, when the site asks for the password only now; else undefined. */
async function outcome(stage: Stage, form: LoginForm): Promise<Field | undefined> {
  let gone = 0
  const last = await stage.until(async () => {
    const now = await readForms(stage.page())
    if (isStillThere(form, now.fields)) {
      gone = 0
      const alert = await complaint(stage)
      if (alert !== undefined) throw new Refusal(`Logging in failed: the page says “${alert}”.`)
      return undefined
    }
    // A form that makes room for a spinner may come back with a complaint: believe only a lasting absence.
    gone = stage.isIdle() ? gone + 1 : 0
    return gone > LOOKS ? now.fields : undefined
  })
  if (!last) throw await stillThere(stage)
  const code = last.find(
    (field) => field.autocomplete === 'one-time-code' || CODE.test(field.words),
  )
  if (code) throw new Refusal(`The site asks for a code (“${code.label}”), which no step can know.`)
  stage.checkAnswer()
  return form.password ? undefined : last.find(({ type }) => type === 'password')
}

function isStillThere(form: LoginForm, fields: Field[]): boolean {
  const mark = form.password ?? form.user
  return fields.some((field) => field.words === mark?.words && field.type === mark.type)
}

async function complaint(stage: Stage): Promise<string | undefined> {
  const elements = await readAria(stage.page(), stage.signal)
  return elements.find(({ role, text }) => role === 'alert' && text !== '')?.text
}

async function stillThere(stage: Stage): Promise<Refusal> {
  const { fields } = await readForms(stage.page())
  const invalid = fields.find((field) => field.complaint !== '')
  const elements = await readAria(stage.page(), stage.signal)
  const said = elements.findLast(
    ({ role, text }) =>
      !/^(?:link|button|root)$/.test(role) && text.length < 200 && COMPLAINT.test(text),
  )
  const reason = invalid
    ? `“${invalid.label}”: ${invalid.complaint.replace(/\.$/, '')}`
    : said && `the page says “${said.text}”`
  return new Refusal(
    `Logging in failed: the login form is still there${reason ? `; ${reason}` : ''}.`,
  )
}
