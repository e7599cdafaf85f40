/** Typing, selecting, ticking. */
import { attempt, click } from './attempt.ts'
import { locate, type Located } from './locate.ts'
import { match } from './match.ts'
import { BOX_ROLES, FIELD_ROLES } from './page-offers.ts'
import { quoteList, Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'
import type { Name } from './step.ts'

export async function type(stage: Stage, field: Name, value: string): Promise<void> {
  const found = await locate(stage, field, FIELD_ROLES, 'field')
  const kind = await attempt(stage, found, (input) => input.getAttribute('type', stage.bounds))
  if (kind === 'password') stage.addSecret(value)
  await attempt(stage, found, (input) => input.fill(value, stage.bounds))
  // Some fields have no such value (contenteditable), and need no second look.
  const taken = await found.locator.inputValue(stage.bounds).catch(() => undefined)
  if (taken === '' && value !== '') {
    const hint = 'A date is written 2026-12-31, a number in digits.'
    throw new Refusal(`“${found.name}” did not take the text. ${hint}`)
  }
}

export async function select(stage: Stage, option: Name, field: Name): Promise<void> {
  const found = await locate(stage, field, ['combobox', 'listbox'], 'list')
  const texts =
    (await attempt(stage, found, (list) => list.evaluate(optionsInPage, null, stage.bounds))) ?? []
  if (texts.length === 0) return selectInWidget(stage, option, found)
  const options = texts.map((text, index) => ({ name: text, index }))
  const result = match(options, option)
  if (!result || !('found' in result)) {
    const problem = result ? 'is not unique among the options' : 'is not an option'
    const all = quoteList(texts.map((text) => text.trim()))
    throw new Refusal(`“${option.text}” ${problem} of “${found.name}”: ${all}.`)
  }
  const { index } = result.found
  await attempt(stage, found, (list) => list.selectOption({ index }, stage.bounds))
}

/** An ARIA combobox or listbox: opened like a person would, the option clicked. */
async function selectInWidget(stage: Stage, option: Name, found: Located): Promise<void> {
  if (found.role === 'combobox') await click(stage, found)
  await click(stage, await locate(stage, option, ['option', 'menuitemradio'], 'option'))
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

/** Runs inside the page. The options of a native list; none for one made of ARIA roles. */
function optionsInPage(list: Element): string[] {
  return list instanceof HTMLSelectElement ? [...list.options].map(({ label }) => label) : []
}
