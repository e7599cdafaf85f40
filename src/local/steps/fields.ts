/** Typing, selecting, ticking. */
import { attempt, click } from './attempt.ts'
import { optionsInPage } from './in-page.ts'
import { locate, type Located } from './locate.ts'
import { match } from './match.ts'
import { BOX_ROLES, FIELD_ROLES } from './page-offers.ts'
import { quoteList, Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'
import type { Name } from './step.ts'

export async function type(stage: Stage, field: Name, value: string): Promise<void> {
  const found = await locate(stage, field, FIELD_ROLES, 'field')
  if ((await found.locator.getAttribute('type')) === 'password') stage.addSecret(value)
  await attempt(stage, found, (timeout) =>
    found.locator.fill(value, { timeout, signal: stage.signal }),
  )
  const taken = await found.locator.inputValue().catch(() => undefined)
  if (taken === '' && value !== '') {
    throw new Refusal(
      `“${found.element.name}” did not take the text. A date is written 2026-12-31, a number in digits.`,
    )
  }
}

export async function select(stage: Stage, option: Name, field: Name): Promise<void> {
  const found = await locate(stage, field, ['combobox', 'listbox'], 'list')
  const texts = await found.locator.evaluate(optionsInPage)
  if (texts.length === 0) return selectInWidget(stage, option, found)
  const result = match(
    texts.map((text, index) => ({ name: text, index })),
    option,
  )
  if (!result || !('found' in result)) {
    const problem = result ? 'is not unique among the options' : 'is not an option'
    const all = quoteList(texts.map((text) => text.trim()))
    throw new Refusal(`“${option.text}” ${problem} of “${found.element.name}”: ${all}.`)
  }
  const { index } = result.found
  await attempt(stage, found, async (timeout) => {
    await found.locator.selectOption({ index }, { timeout, signal: stage.signal })
  })
}

/** An ARIA combobox or listbox: opened like a person would, the option clicked. */
async function selectInWidget(stage: Stage, option: Name, found: Located): Promise<void> {
  if (found.element.role === 'combobox') await click(stage, found)
  await click(stage, await locate(stage, option, ['option', 'menuitemradio'], 'option'))
}

export async function choose(stage: Stage, option: Name): Promise<void> {
  await setBox(stage, await locate(stage, option, ['radio', 'menuitemradio'], 'option'), true)
}

export async function tick(stage: Stage, box: Name, on: boolean): Promise<void> {
  await setBox(stage, await locate(stage, box, BOX_ROLES, 'box'), on)
}

async function setBox(stage: Stage, found: Located, on: boolean): Promise<void> {
  const { locator, element } = found
  if ((await locator.isChecked()) === on) return
  try {
    await locator.setChecked(on, { timeout: stage.patience / 3, signal: stage.signal })
  } catch {
    stage.signal.throwIfAborted()
    // A box drawn by its label hides the real one from the mouse, never from the keyboard.
    await attempt(stage, found, (timeout) =>
      locator.press('Space', { timeout, signal: stage.signal }),
    )
  }
  if ((await locator.isChecked()) !== on) throw new Refusal(`“${element.name}” did not change.`)
}
