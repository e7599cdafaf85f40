/** Executes one step on the page. Returns the result of an extraction, undefined for other steps. */
import type { Json } from '../../../api/types.ts'
import { extract } from '../extract/extract.ts'
import type { Plan } from '../extract/plan.ts'
import { extractShaped } from '../extract/shaped.ts'
import { BUTTON_ROLES } from '../find/kinds.ts'
import { containsWords, match, readingsOf, sameWords } from '../find/match.ts'
import { describeOffers } from '../find/offers.ts'
import { readAria } from '../page/aria.ts'
import { isUsable, Restless, type Stage } from '../page/stage.ts'
import { notOpened } from '../page/not-opened.ts'
import { Refusal } from '../refusal.ts'
import type { Name, Step } from '../sentence/step.ts'
import { checkedUrl } from '../sentence/urls.ts'
import { isStopWord, wordsOf } from '../sentence/words.ts'
import { click, use } from './attempt.ts'
import { choose, select, tick, type, upload } from './fields.ts'
import { logIn } from './login.ts'

const MOVES_ON = 'it goes to another address again and again'
const GO_ROLES = ['link', 'menuitem', 'tab']
const WAIT_FOR_FACTOR = 3
/** A server may take this many times the patience of a step until the first byte of a page. */
const OPEN_FACTOR = 3

/** @param plan what the extractions fill, if the output has a schema */
export async function perform(stage: Stage, step: Step, plan?: Plan): Promise<Json | undefined> {
  const field = plan?.fields.get(step)
  const output =
    plan && field && 'what' in step
      ? await extractShaped(stage, step.what, field, plan.taken)
      : await carry(stage, step)
  stage.guard.check()
  // After any step, because the effect of an earlier one may appear only now.
  stage.checkDialog()
  stage.checkAnswer()
  return output
}

async function carry(stage: Stage, step: Step): Promise<Json | undefined> {
  switch (step.kind) {
    case 'extract-all':
    case 'extract':
      return (await extract(stage, step)).value
    case 'wait':
      await stage.pause(step.seconds * 1000)
      return undefined
    case 'wait-for':
      await waitForText(stage, step.text)
      return undefined
    default:
      stage.expect()
      await act(stage, step)
      await stage.settle()
      stage.checkArrived()
      return undefined
  }
}

type Action = Exclude<Step, { kind: 'extract-all' | 'extract' | 'wait' | 'wait-for' }>

async function act(stage: Stage, step: Action): Promise<void> {
  switch (step.kind) {
    case 'open':
      return open(stage, step.url)
    case 'go':
      return go(stage, step.page)
    case 'log-in':
      return logIn(stage, step)
    case 'type':
      return type(stage, step.field, step.value)
    case 'select':
      return select(stage, step.option, step.field)
    case 'choose':
      return choose(stage, step.option)
    case 'tick':
      return tick(stage, step.box, step.on)
    case 'press':
      return press(stage, step.target)
    case 'upload':
      return upload(stage, step.file, step.field)
    case 'press-key':
      return pressKey(stage, step.key)
  }
}

/**
 * `url` may be a path of the current site. If the page does not answer, keeps navigating or keeps asking questions, uses a
 * new tab.
 * @param isFirst the run has done nothing yet, so questions of the old page do not concern it
 */
export async function open(stage: Stage, url: string, isFirst = false): Promise<void> {
  const base = stage.page().url()
  if (!URL.canParse(url, base.startsWith('http') ? base : undefined)) {
    throw new Refusal(`“${url}” is no full address, and no page is open that it could belong to.`)
  }
  const target = checkedUrl(new URL(url, base.startsWith('http') ? base : undefined).href)
  if (!(await isUsable(stage))) {
    stage.log('the page does not answer, or always moves on: a new tab takes its place')
    await stage.leave()
  }
  const said = stage.dialogs()
  let reason = await arrive(stage, target, isFirst)
  // Questions of the old page, one after the other, can keep the browser from leaving it.
  const isHeldUp = isFirst && reason !== undefined && stage.dialogs() > said
  if (reason === MOVES_ON || isHeldUp) {
    await stage.leave()
    reason = await arrive(stage, target, isFirst)
  }
  if (reason !== undefined) throw new Refusal(`${notOpened(target, reason)}.`)
  stage.checkAnswer()
}

/** Navigates and waits. Returns why it failed, `MOVES_ON` if a page keeps navigating; undefined on success. */
async function arrive(stage: Stage, target: string, isFirst: boolean): Promise<string | undefined> {
  const reason = await goTo(stage, target)
  if (isFirst) stage.forgetDialog()
  if (reason !== undefined) return /interrupted by another/.test(reason) ? MOVES_ON : reason
  try {
    await stage.settle()
    return undefined
  } catch (error) {
    if (error instanceof Restless) return MOVES_ON
    throw error
  }
}

/** Why the address could not be opened; undefined if it was opened. */
async function goTo(stage: Stage, target: string): Promise<string | undefined> {
  const timeout = stage.patience * OPEN_FACTOR
  try {
    await stage.page().goto(target, { waitUntil: 'commit', timeout, signal: stage.signal })
    return undefined
  } catch (error) {
    stage.signal.throwIfAborted()
    const [reason = ''] = String(error)
      .replace(/^.*page\.goto: /, '')
      .split(/\n| at http/)
    if (/crash|closed/i.test(reason)) throw error
    return reason
  }
}

async function go(stage: Stage, name: Name): Promise<void> {
  const elements = await readAria(stage.page(), stage.signal)
  const links = elements.filter(({ role, ref }) => GO_ROLES.includes(role) && ref !== undefined)
  const titles = elements.filter(({ role, level }) => role === 'heading' && level === 1)
  const isTitle = titles.some((title) => isNamed(title.name, name))
  if (!match(links, name) && isTitle) return stage.log(`already on “${name.text}”`)
  await use(stage, { name, roles: GO_ROLES, what: 'link', kind: 'go' }, (found) =>
    click(stage, found),
  )
}

/** Whether a title equals the name. A title that only contains it may mean another page: "Sign in to see your invoices". */
function isNamed(title: string, name: Name): boolean {
  return readingsOf(name).some(({ text }) => sameWords(telling(title), telling(text)))
}

function telling(text: string): string[] {
  return wordsOf(text).filter((word) => !isStopWord(word))
}

function press(stage: Stage, name: Name): Promise<void> {
  const query = {
    name,
    roles: ['link', ...BUTTON_ROLES],
    what: 'button or link',
    kind: 'press',
  } as const
  return use(stage, query, (found) => click(stage, found))
}

async function pressKey(stage: Stage, key: string): Promise<void> {
  const focus = String(await stage.page().evaluate('document.activeElement?.tagName ?? "BODY"'))
  if (focus === 'BODY' && key !== 'Escape')
    throw new Refusal(`No field has the focus, so ${key} would do nothing.`)
  await stage.page().keyboard.press(key)
}

async function waitForText(stage: Stage, name: Name): Promise<void> {
  const patience = stage.patience * WAIT_FOR_FACTOR
  const seen = await stage.until(
    async () => {
      const [root] = await readAria(stage.page(), stage.signal)
      const words = wordsOf(root?.text ?? '')
      return readingsOf(name).some(({ text }) => containsWords(words, wordsOf(text))) || undefined
    },
    { patience, quiet: false },
  )
  if (seen) return
  const elements = await readAria(stage.page(), stage.signal)
  throw new Refusal(
    `“${name.text}” did not appear within ${patience / 1000} s. ${describeOffers(elements, { name: name.text })}`,
  )
}
