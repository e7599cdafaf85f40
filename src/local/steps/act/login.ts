/**
 * Logging in: one form, or a page for the user name and a page for the password. It counts as done only when the form
 * is gone and the site has not complained.
 */
import { readAria, type AriaElement } from '../page/aria.ts'
import { attempt, click, type Found } from './attempt.ts'
import { BUTTONS, findLoginForm, readForms, type Field, type LoginForm } from './login-form.ts'
import { describeOffers } from '../find/offers.ts'
import { Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'

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
/** What a page of its own says that took the form's place, without being an alert. */
const DENIED =
  /\b(?:log-?in|log ?on|sign-?in|authentication) (?:has |was )?(?:failed|unsuccessful|denied|rejected)|\b(?:invalid|incorrect|wrong|unknown|bad) (?:user|e-?mail|log-?in|password|credentials|account)|\b(?:password|credentials|user ?name)\b.{0,40} (?:is|are|was|were) (?:not correct|incorrect|invalid|not valid|wrong)/i
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
  const next = await submit(stage, form)
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
  await click(stage, { name: way.name, locator: stage.page().getByRef(way.ref) })
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

function inputOf(stage: Stage, field: Field): Found {
  return { name: field.label, locator: stage.page().locator('input:visible').nth(field.at) }
}

async function fill(stage: Stage, field: Field, value: string): Promise<void> {
  await attempt(stage, inputOf(stage, field), (input) => input.fill(value, stage.bounds))
}

/** Submits the form and waits until it is gone. The password field, if the site asks for the password only now. */
async function submit(stage: Stage, form: LoginForm): Promise<Field | undefined> {
  const before = await alerts(stage)
  const { submit: button, user, password } = form
  const last = password ?? user
  if (button) {
    const locator = stage.page().locator(BUTTONS).locator('visible=true').nth(button.at)
    await attempt(stage, { name: button.name, locator }, (found) => found.click(stage.bounds))
  } else if (last) {
    await attempt(stage, inputOf(stage, last), (input) => input.press('Enter', stage.bounds))
  }
  await stage.settle()
  return outcome(stage, form, before)
}

async function outcome(
  stage: Stage,
  form: LoginForm,
  before: string[],
): Promise<Field | undefined> {
  let gone = 0
  const last = await stage.until(async () => {
    const { fields } = await readForms(stage.page())
    const isThere = isStillThere(form, fields)
    const alert = (await alerts(stage)).find((text) => !before.includes(text))
    if (alert !== undefined && (isThere || COMPLAINT.test(alert))) {
      throw new Refusal(`Logging in failed: the page says “${alert}”.`)
    }
    // A form that makes room for a spinner may come back with a complaint: believe only a lasting absence.
    gone = !isThere && stage.isIdle() ? gone + 1 : 0
    return gone > LOOKS ? fields : undefined
  })
  if (!last) throw await stillThere(stage)
  const code = last.find(
    ({ autocomplete, words }) => autocomplete === 'one-time-code' || CODE.test(words),
  )
  if (code) throw new Refusal(`The site asks for a code (“${code.label}”), which no step can know.`)
  stage.checkAnswer({ strictly: true })
  const elements = await readAria(stage.page(), stage.signal)
  const denied = saidOn(elements, DENIED)
  if (denied && !elements.some(({ name }) => LOG_OUT_LINK.test(name)))
    throw new Refusal(`Logging in failed: the page says “${denied.text}”.`)
  return form.password ? undefined : last.find(({ type }) => type === 'password')
}

function isStillThere(form: LoginForm, fields: Field[]): boolean {
  const mark = form.password ?? form.user
  return fields.some((field) => field.words === mark?.words && field.type === mark.type)
}

async function alerts(stage: Stage): Promise<string[]> {
  const elements = await readAria(stage.page(), stage.signal)
  return elements
    .filter(({ role, text }) => role === 'alert' && text !== '')
    .map(({ text }) => text)
}

async function stillThere(stage: Stage): Promise<Refusal> {
  const { fields } = await readForms(stage.page())
  const invalid = fields.find((field) => field.complaint !== '')
  const elements = await readAria(stage.page(), stage.signal)
  const said = saidOn(elements, COMPLAINT)
  const reason = invalid
    ? `“${invalid.label}”: ${invalid.complaint.replace(/\.$/, '')}`
    : said && `the page says “${said.text}”`
  return new Refusal(
    `Logging in failed: the login form is still there${reason ? `; ${reason}` : ''}.`,
  )
}

/** The innermost short text of that kind. */
function saidOn(elements: AriaElement[], kind: RegExp): AriaElement | undefined {
  return elements.findLast(
    ({ role, text }) => !/^(?:link|button)$/.test(role) && text.length < 200 && kind.test(text),
  )
}
