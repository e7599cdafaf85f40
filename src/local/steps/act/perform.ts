/** Carries out one step on the page. What a step extracts comes back; every other step gives undefined. */
import { readAria } from '../page/aria.ts'
import { click } from './attempt.ts'
import { extractAll } from '../extract/column.ts'
import { extractOne } from '../extract/value.ts'
import { choose, select, tick, type } from './fields.ts'
import { locate } from '../find/locate.ts'
import { logIn } from './login.ts'
import { containsWords, match, readingsOf, sameWords } from '../find/match.ts'
import { BUTTON_ROLES, describeOffers, FRAMES } from '../find/offers.ts'
import { Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'
import type { Name, Step } from '../sentence/step.ts'
import { checkedUrl } from '../sentence/urls.ts'
import { isStopWord, wordsOf } from '../sentence/words.ts'

const GO_ROLES = ['link', 'menuitem', 'tab']
const WAIT_FOR_FACTOR = 3

export async function perform(stage: Stage, step: Step): Promise<string | string[] | undefined> {
  const output = await carry(stage, step)
  // Whatever the step was: what an earlier one set off may have come of it only now.
  stage.checkDialog()
  stage.checkAnswer()
  return output
}

async function carry(stage: Stage, step: Step): Promise<string | string[] | undefined> {
  switch (step.kind) {
    case 'extract-all':
      return sayFrames(stage, extractAll(stage, step.what))
    case 'extract':
      return sayFrames(stage, extractOne(stage, step.what))
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

/** What is not on the page may be in a frame within it. */
async function sayFrames<T>(stage: Stage, extraction: Promise<T>): Promise<T> {
  try {
    return await extraction
  } catch (error) {
    const frames =
      error instanceof Refusal ? await stage.page().locator('iframe:visible').count() : 0
    throw frames > 0 && error instanceof Refusal ? new Refusal(`${error.message} ${FRAMES}`) : error
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
      return press(stage, step)
    case 'press-key':
      return pressKey(stage, step.key)
  }
}

/** `url` may be a path of the current site. */
export async function open(stage: Stage, url: string): Promise<void> {
  const base = stage.page().url()
  if (!URL.canParse(url, base.startsWith('http') ? base : undefined)) {
    throw new Refusal(`“${url}” is no full address, and no page is open that it could belong to.`)
  }
  const target = checkedUrl(new URL(url, base.startsWith('http') ? base : undefined).href)
  try {
    await stage.page().goto(target, {
      waitUntil: 'domcontentloaded',
      timeout: stage.patience * 3,
      signal: stage.signal,
    })
  } catch (error) {
    stage.signal.throwIfAborted()
    const [reason = ''] = String(error)
      .replace(/^.*page\.goto: /, '')
      .split(/\n| at http/)
    if (/crash|closed/i.test(reason)) throw error
    throw new Refusal(`${new URL(target).origin} could not be opened (${reason}).`)
  }
  stage.checkAnswer()
}

async function go(stage: Stage, name: Name): Promise<void> {
  const elements = await readAria(stage.page(), stage.signal)
  const links = elements.filter(
    ({ role, ref, inFrame }) => GO_ROLES.includes(role) && ref !== undefined && !inFrame,
  )
  const titles = elements.filter(({ role, level }) => role === 'heading' && level === 1)
  const isTitle = titles.some((title) => isNamed(title.name, name))
  if (!match(links, name) && isTitle) return stage.log(`already on “${name.text}”`)
  await click(stage, await locate(stage, name, GO_ROLES, 'link'))
}

/** Whether a title is the name. One that only contains it may speak of another page: "Sign in to see your invoices". */
function isNamed(title: string, name: Name): boolean {
  return readingsOf(name).some((reading) => sameWords(telling(title), telling(reading)))
}

function telling(text: string): string[] {
  return wordsOf(text).filter((word) => !isStopWord(word))
}

async function press(
  stage: Stage,
  { target, role }: Extract<Step, { kind: 'press' }>,
): Promise<void> {
  const roles = role === undefined ? ['link', ...BUTTON_ROLES] : [role]
  await click(stage, await locate(stage, target, roles, role ?? 'button or link'))
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
      return readingsOf(name).some((reading) => containsWords(words, wordsOf(reading))) || undefined
    },
    { patience, quiet: false },
  )
  if (seen) return
  const elements = await readAria(stage.page(), stage.signal)
  throw new Refusal(
    `“${name.text}” did not appear within ${patience / 1000} s. ${describeOffers(elements)}`,
  )
}
