/**
 * Logging in: one form, or a page for the user name and a page for the password. It succeeds only if the form is gone and
 * the site shows no error. A form that changed while it was filled in is not submitted.
 */
import type { Frame } from 'playwright-core'
import type { Found } from '../find/locate.ts'
import { describeOffers } from '../find/offers.ts'
import { readAria, type AriaElement } from '../page/aria.ts'
import { elementIn, inFrames, onElement } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import type { LoginForm } from '../reader/forms.ts'
import { Refusal } from '../refusal.ts'
import { attempt, click, use } from './attempt.ts'
import { admitDestinations, enterSecret, typeInto } from './fields.ts'

interface Credentials {
  user?: string
  password?: string
}

interface Form extends LoginForm {
  frame: Frame
}

/** Consecutive looks, 50 ms apart, in which the form must be gone, or the page must only link to it. */
const LOOKS = 4
const LOG_IN_LINK = /^(?:log|sign) ?in$/i
const LOG_OUT_LINK = /^(?:log|sign) ?out\b/i
/** Texts of a page that replaced the form. */
const DENIED =
  /\b(?:log-?in|log ?on|sign-?in|authentication) (?:has |was )?(?:failed|unsuccessful|denied|rejected)|\b(?:invalid|incorrect|wrong|unknown|bad) (?:user|e-?mail|log-?in|password|credentials|account)|\b(?:password|credentials|user ?name)\b.{0,40} (?:is|are|was|were) (?:not correct|incorrect|invalid|not valid|wrong)/i
const CODE = /^code$|one-time|verification|authenticat|2fa|\botp\b|security code/i
/** Longer lines are content, not what a page says of a log-in. */
const LONGEST = 200

export async function logIn(stage: Stage, { user, password }: Credentials): Promise<void> {
  const first = (await firstForm(stage)) ?? (await openLoginPage(stage))
  if (password === undefined) checkAsksNone(first)
  await submit(stage, first, { user, password })
  if (first.password !== undefined) return
  if (password === undefined) return checkAsksNone(await findForm(stage))
  const second = await waitForForm(stage)
  if (second?.password === undefined)
    throw new Refusal('The site took the user name and never asked for the password.')
  await submit(stage, second, { password })
}

function checkAsksNone(form: Form | undefined): void {
  if (form?.password === undefined) return
  throw new Refusal(
    `The site asks for a password (“${form.password}”). Say: log in with username … and password …`,
  )
}

async function findForm(stage: Stage): Promise<Form | undefined> {
  const frames = await inFrames(stage.page(), (reader) => reader.loginForm(), null)
  const found = frames.find(({ value }) => value)
  if (!found?.value) return undefined
  if (found.value.problem !== undefined) throw new Refusal(found.value.problem)
  return { frame: found.frame, ...found.value }
}

/** Undefined as soon as a page that is at rest only links to its login page. */
async function firstForm(stage: Stage): Promise<Form | undefined> {
  let looks = 0
  const found = await stage.until(async (pulse) => {
    const form = await findForm(stage)
    const isStill = pulse.startsWith('complete') && stage.isIdle()
    looks = !form && isStill && (await findLink(stage)) ? looks + 1 : 0
    return form || looks > LOOKS ? { form } : undefined
  })
  return found?.form
}

const waitForForm = (stage: Stage): Promise<Form | undefined> => stage.until(() => findForm(stage))

/** From a page that only links to its login page. */
async function openLoginPage(stage: Stage): Promise<Form> {
  const link = await findLink(stage)
  if (link) {
    const name = { text: link.name, quoted: true }
    await use(stage, 'log-in', name, (found) => click(stage, found))
    const form = await waitForForm(stage)
    if (form) return form
  }
  const shown = await readAria(stage.page(), stage.signal)
  const out = shown.find(({ name }) => LOG_OUT_LINK.test(name))
  const hint = out ? ` It seems to be logged in already: there is “${out.name}”.` : ''
  throw new Refusal(`There is no login form on the page.${hint} ${describeOffers(shown)}`)
}

async function findLink(stage: Stage): Promise<AriaElement | undefined> {
  const elements = await readAria(stage.page(), stage.signal)
  return elements.find(({ role, name }) => /link|button/.test(role) && LOG_IN_LINK.test(name))
}

/** Fills in the form, submits it, and waits until it is gone. */
async function submit(stage: Stage, form: Form, { user, password }: Credentials): Promise<void> {
  const before = { lines: await readLines(stage), pages: stage.navigations }
  if (user !== undefined && form.user !== undefined)
    await typeInto(stage, await partOf(form, 'user'), user)
  const secret = form.password === undefined ? undefined : password
  if (secret !== undefined) await enterSecret(stage, await partOf(form, 'password'), secret)
  const field = await partOf(form, secret === undefined ? 'user' : 'password')
  const button = form.submit === undefined ? undefined : await partOf(form, 'submit')
  if (secret !== undefined) {
    await admitDestinations(stage, button ?? field)
    await checkSecret(field, secret)
  }
  if (button) await attempt(stage, button, (element) => element.click(stage.bounds))
  else await attempt(stage, field, (input) => input.press('Enter', stage.bounds))
  await stage.settle()
  await checkOutcome(stage, form, before)
}

/** Right before the submit. */
async function checkSecret({ name, element }: Found, secret: string): Promise<void> {
  const fault = await onElement(
    element,
    (reader, [input, text]) => reader.faultOf(input, text),
    secret,
  )
  if (fault !== undefined) throw new Refusal(`“${name}” ${fault}, so it was not submitted.`)
}

/** Reads the form again, and refuses if it is another one. */
async function partOf(form: Form, part: 'user' | 'password' | 'submit'): Promise<Found> {
  const { frame, signature, [part]: name = '' } = form
  try {
    return {
      name,
      element: await elementIn(frame, (reader, [own, known]) => reader.formPart(own, known), [
        part,
        signature,
      ] as const),
    }
  } catch {
    throw new Refusal(
      'The login form changed while it was filled in, so it was not submitted: its fields or its button are others now.',
    )
  }
}

async function checkOutcome(
  stage: Stage,
  form: Form,
  before: { lines: Set<string>; pages: number },
): Promise<void> {
  let gone = 0
  let complaint: string | undefined
  const isGone = await stage.until(async (pulse) => {
    stage.guard.check()
    const all = await inFrames(stage.page(), (reader, mark) => reader.complaintOf(mark), form.mark)
    complaint = all.find(({ value }) => value !== null)?.value ?? undefined
    // A form may give way to a spinner and return with an error. Without a new page, only a lasting absence counts.
    gone = complaint === undefined && stage.isIdle() ? gone + 1 : 0
    const isNew = stage.navigations > before.pages && pulse.startsWith('complete')
    return gone > (isNew ? 1 : LOOKS) || undefined
  })
  stage.guard.check()
  stage.checkAnswer(true)
  const elements = await readAria(stage.page(), stage.signal)
  const fresh = [...(await readLines(stage))].filter(
    (line) => !before.lines.has(line) && line.length < LONGEST,
  )
  const isInside = elements.some(({ name }) => LOG_OUT_LINK.test(name))
  const denial = fresh.find((line) => DENIED.test(line))
  const said = isGone ? (isInside ? undefined : denial) : (denial ?? fresh[0])
  if (said !== undefined) throw new Refusal(`Logging in failed: the page says “${said}”.`)
  if (!isGone) {
    const reason = complaint ? `; ${complaint}` : ''
    throw new Refusal(`Logging in failed: the login form is still there${reason}.`)
  }
  const code = elements.find(({ role, name }) => role === 'textbox' && CODE.test(name))
  if (code) throw new Refusal(`The site asks for a code (“${code.name}”), which no step can know.`)
}

/** The lines of text of the page. */
async function readLines(stage: Stage): Promise<Set<string>> {
  const frames = await inFrames(stage.page(), (reader) => reader.lines(), null)
  return new Set(frames.flatMap(({ value }) => value))
}
