/** Types, selects, ticks and uploads. */
import type { ElementHandle } from 'playwright-core'
import type { Found } from '../find/locate.ts'
import { match } from '../find/match.ts'
import { readAria } from '../page/aria.ts'
import { onElement, type Reader } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import { quoteList, quoteNearest, Refusal } from '../refusal.ts'
import type { Name } from '../sentence/step.ts'
import { attempt, click, use } from './attempt.ts'

/** A longer text is inserted at once, not typed key by key. */
const MOST_TYPED = 200
/** Fields whose value can only be set as a whole. */
const WHOLE = /^(?:color|date|datetime-local|month|range|time|week)$/

export async function typeInto(stage: Stage, found: Found, value: string): Promise<void> {
  const kind = await attempt(stage, found, (input) => input.getAttribute('type'))
  if (kind?.toLowerCase() === 'password') return enterSecret(stage, found, value)
  await attempt(stage, found, (input) => enter(stage, input, kind ?? '', value))
  // Fields without a value (contenteditable) are not checked.
  const taken = await found.element.inputValue(stage.bounds).catch(() => undefined)
  if (taken !== undefined && !isWhole(taken, value))
    throw new Refusal(
      `“${found.name}” did not take the text. It holds something else now: it may take only some texts, such as a date as 2026-12-31, or only so many characters.`,
    )
}

/** Enters a password into a field of type password, on an allowed site. */
export async function enterSecret(stage: Stage, found: Found, value: string): Promise<void> {
  stage.given.secrets.push(value)
  await admitDestinations(stage, found)
  await stage.guard.protect(value)
  await attempt(stage, found, (input) => input.waitForElementState('editable', stage.bounds))
  const fault = await attempt(stage, found, (field) =>
    onElement(field, (reader, [input, text]) => reader.setSecret(input, text), value),
  )
  if (fault !== undefined)
    throw new Refusal(`“${found.name}” ${fault}. The password was taken out again.`)
}

/** Throws a Refusal if the form of a field or button leads to a site that may not receive a password. */
export async function admitDestinations(stage: Stage, found: Found): Promise<void> {
  const urls = await attempt(stage, found, (part) =>
    onElement(part, (reader, [own]) => reader.destinationsOf(own), null),
  )
  for (const url of urls ?? []) await stage.guard.admit(url)
}

/** Types with key events, to which pages with instant search listen. */
async function enter(
  stage: Stage,
  input: ElementHandle,
  kind: string,
  value: string,
): Promise<void> {
  if (WHOLE.test(kind) || value.includes('\n') || value.length > MOST_TYPED)
    return input.fill(value, stage.bounds)
  await input.waitForElementState('editable', stage.bounds).catch(() => undefined)
  if (!(await input.isEditable())) throw new Error('element is not editable')
  // Emptying sends a key too, so an empty field is left unchanged.
  if ((await input.inputValue().catch(() => 'something')) !== '') await input.fill('', stage.bounds)
  await input.type(value, stage.bounds)
  // A character that no US keyboard has comes without key events.
  if (/[^ -~]$/.test(value)) await input.press('Shift', stage.bounds)
}

/** A field may format its text, but it must contain every typed letter and digit, in order and up to the end. */
function isWhole(taken: string, typed: string): boolean {
  const isCut = taken.length < typed.trim().length && typed.trim().startsWith(taken)
  return !isCut && essenceOf(taken).includes(essenceOf(typed))
}

const essenceOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

export async function selectIn(stage: Stage, found: Found, option: Name): Promise<void> {
  const options = await attempt(stage, found, (list) =>
    onElement(list, (reader, [element]) => reader.optionsOf(element), null),
  )
  if (!options || options.length === 0) return selectInWidget(stage, found, option)
  const [chosen, another] = match(options, option)?.found ?? []
  if (!chosen || another) {
    const problem = another ? 'is more than one option' : 'is not an option'
    const names = options.map(({ name }) => name.trim())
    throw new Refusal(
      `“${option.text}” ${problem} of “${found.name}”: ${quoteNearest(names, option.text)}.`,
    )
  }
  const indexes = [...options.filter(({ stays }) => stays), chosen].map(({ index }) => ({ index }))
  await attempt(stage, found, (list) => list.selectOption(indexes, stage.bounds))
}

/** An ARIA combobox or listbox: opens it and clicks the option, as a person would. */
async function selectInWidget(stage: Stage, found: Found, option: Name): Promise<void> {
  const before = await readAria(stage.page(), stage.signal)
  if (found.role === 'combobox') await click(stage, found)
  await use(stage, 'option', option, async (chosen) => {
    const isOld = before.some(({ ref }) => ref === chosen.ref)
    const call = (reader: Reader, [own, list]: [Element, unknown]): boolean =>
      reader.belongs(own, list as Element)
    if (isOld && !(await onElement(chosen.element, call, found.element)))
      throw new Refusal(`“${chosen.name}” is an option of another list than “${found.name}”.`)
    await click(stage, chosen)
  })
}

export async function setBox(stage: Stage, found: Found, on: boolean): Promise<void> {
  const isOn = (): Promise<boolean | undefined> => attempt(stage, found, (box) => box.isChecked())
  if ((await isOn()) === on) return
  const setting = found.element.setChecked(on, { ...stage.bounds, timeout: stage.patience / 3 })
  await setting.catch(() => stage.signal.throwIfAborted())
  // A label that draws a box hides the real one from the mouse, but not from the keyboard.
  if ((await isOn()) !== on) await attempt(stage, found, (box) => box.press('Space', stage.bounds))
  if ((await isOn()) !== on) throw new Refusal(`“${found.name}” did not change.`)
}

/** Puts a file of the task into a file field, or into what opens one. */
export async function upload(stage: Stage, found: Found, file: string): Promise<void> {
  const { files } = stage.given
  const [only, another] = files.filter(({ name }) => name === file)
  if (!only || another) {
    const names = quoteList(files.map(({ name }) => name)) || 'none'
    const problem = only ? 'is the name of several files' : 'is not a file'
    throw new Refusal(`“${file}” ${problem} of this task. Its files are: ${names}.`)
  }
  const kind = await attempt(stage, found, (field) => field.getAttribute('type'))
  if (kind === 'file') {
    await attempt(stage, found, (field) => field.setInputFiles(only.path, stage.bounds))
    return
  }
  const asked = stage.page().waitForEvent('filechooser', stage.bounds)
  const answered = asked.catch(() => undefined)
  await attempt(stage, found, (field) => field.click(stage.bounds))
  const chooser = await answered
  if (!chooser) throw new Refusal(`“${found.name}” did not ask for a file.`)
  await chooser.setFiles(only.path, stage.bounds)
}
