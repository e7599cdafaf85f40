/**
 * Logging in: one form, or a page for the user name and a page for the password. It succeeds only if the form is gone and
 * the site shows no error. A form that changed while it was filled in is not submitted.
 */
import type { Frame } from 'playwright-core'
import type { Found } from '../find/locate.ts'
import { describeOffers } from '../find/offers.ts'
import { readAria, type AriaElement } from '../page/aria.ts'
import { elementIn, inFrame, inFrames } from '../page/reader.ts'
import { newLines, readLines } from '../page/said.ts'
import type { Stage } from '../page/stage.ts'
import type { Button, Field, Forms } from '../reader/forms.ts'
import { Refusal } from '../refusal.ts'
import { attempt, click, use } from './attempt.ts'
import { typeInto } from './fields.ts'
import { findLoginForm, isSame, type LoginForm } from './login-form.ts'
import { checkSecret, enterSecret } from './password.ts'

interface Credentials {
  user: string
  password?: string
}

/** A form and its frame. */
interface Place {
  frame: Frame
  form: LoginForm
}

/** Consecutive looks, 50 ms apart, in which the form must be gone. */
const LOOKS = 4
const LOG_IN_LINK = /^(?:log|sign) ?in$/i
const LOG_OUT_LINK = /^(?:log|sign) ?out\b/i
const COMPLAINT =
  /incorrect|invalid|wrong|fail|denied|unknown|not recogni|not found|try again|locked|required/i
/** Texts of a page that replaced the form and are not alerts. */
const DENIED =
  /\b(?:log-?in|log ?on|sign-?in|authentication) (?:has |was )?(?:failed|unsuccessful|denied|rejected)|\b(?:invalid|incorrect|wrong|unknown|bad) (?:user|e-?mail|log-?in|password|credentials|account)|\b(?:password|credentials|user ?name)\b.{0,40} (?:is|are|was|were) (?:not correct|incorrect|invalid|not valid|wrong)/i
const CODE = /one-time|verification|authenticat|2fa|\botp\b|security code/i

export async function logIn(stage: Stage, credentials: Credentials): Promise<void> {
  const first = (await waitForForm(stage)) ?? (await openLoginPage(stage))
  const asks = first.form.password
  if (asks && credentials.password === undefined) {
    throw new Refusal(
      `The login form asks for a password (“${asks.label}”). Say: log in with username … and password …`,
    )
  }
  await fillIn(stage, first, credentials)
  const asksNow = await submit(stage, first, credentials)
  if (asks || credentials.password === undefined) {
    if (asksNow)
      throw new Refusal(
        `The site asks for more than a user name: “${asksNow.label}”. Say: log in with username … and password …`,
      )
    return
  }
  if (!asksNow) throw new Refusal('The site took the user name and never asked for the password.')
  const second = await requireForm(stage)
  const form = { ...second.form, password: second.form.password ?? asksNow }
  delete form.user
  await fillIn(stage, { ...second, form }, credentials)
  await submit(stage, { ...second, form }, credentials)
}

/** Fills in the user name, then the password of the current form. */
async function fillIn(stage: Stage, place: Place, { user, password }: Credentials): Promise<void> {
  const { user: name, password: secret } = place.form
  if (name) await typeInto(stage, await pin(place, name), user)
  if (!secret || password === undefined) return
  const now = name ? await again(stage, place) : place
  await enterSecret(stage, await pin(now, now.form.password ?? secret), password)
}

/** Reads the form again; refuses if it has changed. */
async function again(stage: Stage, { frame, form }: Place): Promise<Place> {
  const forms = await inFrame(frame, (reader) => reader.readForms(), null)
  const now = findLoginForm(forms)
  // The page for the password may show the user name in a separate field.
  const known = now && { ...now }
  if (!form.user) delete known?.user
  if (known && isSame(form, known)) return { frame, form: known }
  const what = form.password?.label ?? form.user?.label ?? ''
  const reason = 'The login form changed while it was filled in, so it was not submitted'
  stage.log(`the form with “${what}” is not what it was`)
  throw new Refusal(`${reason}: its fields or its button are others now.`)
}

async function pin({ frame }: Place, { at, ...part }: Field | Button): Promise<Found> {
  const element = await elementIn(frame, (reader, index) => reader.formElement(index), at)
  return { name: 'label' in part ? part.label : part.name, element }
}

const readAll = (stage: Stage): Promise<{ frame: Frame; value: Forms }[]> =>
  inFrames(stage.page(), (reader) => reader.readForms(), null)

async function findPlace(stage: Stage): Promise<Place | undefined> {
  for (const { frame, value } of await readAll(stage)) {
    const form = findLoginForm(value)
    if (form) return { frame, form }
  }
  return undefined
}

async function waitForForm(stage: Stage): Promise<Place | undefined> {
  const seen = await stage.until(async () => {
    const place = await findPlace(stage)
    if (place) return { place }
    // Does not wait if the page clearly shows who is logged in, or a link to log in.
    const names = (await readAria(stage.page(), stage.signal)).map(({ name }) => name)
    const isPlain = names.some((name) => LOG_OUT_LINK.test(name) || LOG_IN_LINK.test(name))
    return isPlain ? { place: undefined } : undefined
  })
  return seen?.place
}

/** From a page that only links to its login page. */
async function openLoginPage(stage: Stage): Promise<Place> {
  const elements = await readAria(stage.page(), stage.signal)
  const ways = elements.filter(
    ({ role, name }) => /link|button/.test(role) && LOG_IN_LINK.test(name),
  )
  const [way] = ways
  if (!way || ways.some(({ url }) => url !== way.url)) throw noForm(elements)
  const name = { text: way.name, quoted: true }
  await use(stage, { name, roles: [way.role], what: way.role, kind: 'log-in' }, (found) =>
    click(stage, found),
  )
  return requireForm(stage)
}

async function requireForm(stage: Stage): Promise<Place> {
  const place = await stage.until(() => findPlace(stage))
  if (place) return place
  throw noForm(await readAria(stage.page(), stage.signal))
}

function noForm(elements: AriaElement[]): Refusal {
  const out = elements.find(({ name }) => LOG_OUT_LINK.test(name))
  const hint = out ? ` It seems to be logged in already: there is “${out.name}”.` : ''
  return new Refusal(`There is no login form on the page.${hint} ${describeOffers(elements)}`)
}

/**
 * Submits the form and waits until it is gone. Returns the password field if the site asks for the password on a second
 * page.
 */
async function submit(
  stage: Stage,
  before: Place,
  { password = '' }: Credentials,
): Promise<Field | undefined> {
  const said = await readLines(stage)
  const alerts = await alertsOf(stage)
  const navigations = stage.navigations()
  const place = await again(stage, before)
  const { submit: button, user, password: secret } = place.form
  const last = secret ?? user
  const held = last && (await pin(place, last))
  if (secret && held) await checkSecret(stage, held, button && (await pin(place, button)), password)
  if (button) await attempt(stage, await pin(place, button), (found) => found.click(stage.bounds))
  else if (held) await attempt(stage, held, (input) => input.press('Enter', stage.bounds))
  await stage.settle()
  return outcome(stage, place.form, { said, alerts, navigations })
}

/** The texts of the page before the submit. */
interface Before {
  said: Set<string>
  alerts: string[]
  navigations: number
}

async function outcome(stage: Stage, form: LoginForm, before: Before): Promise<Field | undefined> {
  let gone = 0
  const last = await stage.until(async (pulse) => {
    stage.guard.check()
    const fields = (await readAll(stage)).flatMap(({ value }) => value.fields)
    const isThere = mark(form, fields) !== undefined
    const alert = (await alertsOf(stage)).find((text) => !before.alerts.includes(text))
    if (alert !== undefined && (isThere || COMPLAINT.test(alert))) {
      throw new Refusal(`Logging in failed: the page says “${alert}”.`)
    }
    // A form may give way to a spinner and return with an error. Without a new page, only a lasting absence counts.
    gone = !isThere && stage.isIdle() ? gone + 1 : 0
    const isNew = stage.navigations() > before.navigations && pulse.startsWith('complete')
    return gone > (isNew ? 1 : LOOKS) ? fields : undefined
  })
  stage.guard.check()
  if (!last) throw await stillThere(stage, form, before)
  const code = last.find(
    ({ autocomplete, words }) => autocomplete === 'one-time-code' || CODE.test(words),
  )
  if (code) throw new Refusal(`The site asks for a code (“${code.label}”), which no step can know.`)
  stage.checkAnswer({ strictly: true })
  const elements = await readAria(stage.page(), stage.signal)
  const denied = elements.findLast(
    ({ role, text }) => !/^(?:link|button)$/.test(role) && text.length < 200 && DENIED.test(text),
  )
  if (denied && !elements.some(({ name }) => LOG_OUT_LINK.test(name)))
    throw new Refusal(`Logging in failed: the page says “${denied.text}”.`)
  return form.password ? undefined : last.find(({ type }) => type === 'password')
}

/** The field that identifies the form. */
function mark({ password, user }: LoginForm, fields: Field[]): Field | undefined {
  const known = password ?? user
  return fields.find(({ words, type }) => words === known?.words && type === known.type)
}

async function alertsOf(stage: Stage): Promise<string[]> {
  const elements = await readAria(stage.page(), stage.signal)
  return elements
    .filter(({ role, text }) => role === 'alert' && text !== '')
    .map(({ text }) => text)
}

/** Adds new texts of the page, or the browser's message about a field; never an earlier text. */
async function stillThere(stage: Stage, form: LoginForm, before: Before): Promise<Refusal> {
  stage.checkAnswer({ strictly: true })
  const fields = (await readAll(stage)).flatMap(({ value }) => value.fields)
  const own = mark(form, fields)?.form
  const invalid = fields.find((field) => field.complaint !== '' && field.form === own)
  const fresh = await newLines(stage, before.said)
  const said = fresh.find((line) => COMPLAINT.test(line)) ?? fresh[0]
  const reason = said
    ? `; the page says “${said}”`
    : invalid
      ? `; “${invalid.label}”: ${invalid.complaint.replace(/\.$/, '')}`
      : ''
  return new Refusal(`Logging in failed: the login form is still there${reason}.`)
}
