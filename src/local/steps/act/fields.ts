/** Typing, selecting, ticking. */
import { readAria } from '../page/aria.ts'
import { attempt, click } from './attempt.ts'
import { locate, type Located } from '../find/locate.ts'
import { match } from '../find/match.ts'
import { BOX_ROLES, FIELD_ROLES } from '../find/offers.ts'
import { quoteList, Refusal } from '../refusal.ts'
import type { Stage } from '../page/stage.ts'
import type { Name } from '../sentence/step.ts'

export async function type(stage: Stage, field: Name, value: string): Promise<void> {
  const found = await locate(stage, field, FIELD_ROLES, 'field')
  const kind = await attempt(stage, found, (input) => input.getAttribute('type', stage.bounds))
  if (kind === 'password') stage.addSecret(value)
  await attempt(stage, found, (input) => input.fill(value, stage.bounds))
  // Some fields have no such value (contenteditable), and need no second look.
  const taken = await found.locator.inputValue(stage.bounds).catch(() => undefined)
  if (taken !== undefined && !isWhole(taken, value)) {
    const hint =
      taken === ''
        ? 'A date is written 2026-12-31, a number in digits.'
        : 'It holds something else now: it may take only so many characters, or only some.'
    throw new Refusal(`“${found.name}” did not take the text. ${hint}`)
  }
}

/** Fields may format what is typed; every letter and digit must have got through, in order, and the end must be there. */
function isWhole(taken: string, typed: string): boolean {
  const isCut = taken.length < typed.trim().length && typed.trim().startsWith(taken)
  return !isCut && essenceOf(taken).includes(essenceOf(typed))
}

function essenceOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

export async function select(stage: Stage, option: Name, field: Name): Promise<void> {
  const found = await locate(stage, field, ['combobox', 'listbox'], 'list')
  const options =
    (await attempt(stage, found, (list) => list.evaluate(optionsInPage, null, stage.bounds))) ?? []
  if (options.length === 0) return selectInWidget(stage, option, found)
  const result = match(options, option)
  if (!result || !('found' in result)) {
    const problem = result ? 'is not unique among the options' : 'is not an option'
    const all = quoteList(options.map(({ name }) => name.trim()))
    throw new Refusal(`“${option.text}” ${problem} of “${found.name}”: ${all}.`)
  }
  const chosen = [...options.filter(({ stays }) => stays), result.found]
  const indexes = chosen.map(({ index }) => ({ index }))
  await attempt(stage, found, (list) => list.selectOption(indexes, stage.bounds))
}

/** An ARIA combobox or listbox: opened like a person would, the option clicked. */
async function selectInWidget(stage: Stage, option: Name, found: Located): Promise<void> {
  const before = await readAria(stage.page(), stage.signal)
  if (found.role === 'combobox') await click(stage, found)
  const chosen = await locate(stage, option, ['option', 'menuitemradio'], 'option')
  const wasThere = before.some(({ ref }) => ref === chosen.ref)
  const isForeign = async (): Promise<boolean> => {
    const list = await found.locator.elementHandle(stage.bounds)
    return !(await chosen.locator.evaluate(belongsInPage, list, stage.bounds))
  }
  if (wasThere && (await attempt(stage, chosen, isForeign))) {
    throw new Refusal(`“${chosen.name}” is an option of another list than “${found.name}”.`)
  }
  await click(stage, chosen)
}

export async function choose(stage: Stage, option: Name): Promise<void> {
  await setBox(stage, await locate(stage, option, ['radio', 'menuitemradio'], 'option'), true)
}

export async function tick(stage: Stage, box: Name, on: boolean): Promise<void> {
  await setBox(stage, await locate(stage, box, BOX_ROLES, 'box'), on)
}

async function setBox(stage: Stage, found: Located, on: boolean): Promise<void> {
  const isOn = (): Promise<boolean | undefined> =>
    attempt(stage, found, (box) => box.isChecked(stage.bounds))
  if ((await isOn()) === on) return
  try {
    await found.locator.setChecked(on, { ...stage.bounds, timeout: stage.patience / 3 })
  } catch {
    stage.signal.throwIfAborted()
    // A box drawn by its label hides the real one from the mouse, never from the keyboard.
    await attempt(stage, found, (box) => box.press('Space', stage.bounds))
  }
  if ((await isOn()) !== on) throw new Refusal(`“${found.name}” did not change.`)
}

interface NativeOption {
  name: string
  index: number
  /** Chosen already, in a list that takes several. */
  stays: boolean
}

/** Runs inside the page. The options of a native list; none for one made of ARIA roles. */
function optionsInPage(list: Element): NativeOption[] {
  if (!(list instanceof HTMLSelectElement)) return []
  return [...list.options].map(({ label, index, selected }) => ({
    name: label,
    index,
    stays: list.multiple && selected,
  }))
}

/** Runs inside the page. Whether the option is in the list, or in what that says it controls. */
function belongsInPage(option: Element, list: Element | null): boolean {
  const ids = ['aria-controls', 'aria-owns'].map((name) => list?.getAttribute(name) ?? '')
  const inside = ids.join(' ').split(/\s+/).filter(Boolean)
  const root = option.getRootNode() as Document | ShadowRoot
  return [list, ...inside.map((id) => root.getElementById(id))].some((part) =>
    part?.contains(option),
  )
}
