/** Types, selects, ticks and uploads. */
import type { ElementHandle } from 'playwright-core'
import { BOX_ROLES, FIELD_ROLES, LIST_ROLES } from '../find/kinds.ts'
import type { Located } from '../find/locate.ts'
import { match } from '../find/match.ts'
import { readAria } from '../page/aria.ts'
import { onElement } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import { quoteList, quoteNearest, Refusal } from '../refusal.ts'
import type { Name } from '../sentence/step.ts'
import { attempt, click, use } from './attempt.ts'
import { enterSecret } from './password.ts'

/** The last characters of a text are typed one by one; the part before is inserted at once. */
const MOST_TYPED = 200
/** Fields whose value can only be set as a whole. */
const WHOLE = /^(?:color|date|datetime-local|month|range|time|week)$/

export function type(stage: Stage, field: Name, value: string): Promise<void> {
  const query = { name: field, roles: FIELD_ROLES, what: 'field', kind: 'type' } as const
  return use(stage, query, (found) => typeInto(stage, found, value))
}

export async function typeInto(
  stage: Stage,
  found: Pick<Located, 'name' | 'element'>,
  value: string,
): Promise<void> {
  const kind = await attempt(stage, found, (input) => input.getAttribute('type'))
  if (kind?.toLowerCase() === 'password') return enterSecret(stage, found, value)
  await attempt(stage, found, (input) => enter(stage, input, kind ?? '', value))
  // Fields without a value (contenteditable) are not checked.
  const taken = await found.element.inputValue(stage.bounds).catch(() => undefined)
  if (taken !== undefined && !isWhole(taken, value)) {
    const hint =
      taken === ''
        ? 'A date is written 2026-12-31, a number in digits.'
        : 'It holds something else now: it may take only so many characters, or only some.'
    throw new Refusal(`“${found.name}” did not take the text. ${hint}`)
  }
}

/** Types with key events, to which pages with instant search listen. */
async function enter(
  stage: Stage,
  input: ElementHandle,
  kind: string,
  value: string,
): Promise<void> {
  if (WHOLE.test(kind) || value.includes('\n')) return input.fill(value, stage.bounds)
  const cut = Math.max(0, value.length - MOST_TYPED)
  const holds = await input.inputValue().catch(() => 'something')
  // Emptying sends a key too, so an empty field is left unchanged.
  if (holds !== '' || cut > 0) await input.fill(value.slice(0, cut), stage.bounds)
  else if (!(await isEditable(stage, input))) throw new Error('element is not editable')
  for (const keys of value.slice(cut).match(/[ -~]+|[^ -~]/gu) ?? []) {
    if (/[ -~]/.test(keys)) await input.type(keys, stage.bounds)
    else await pressCharacter(stage, input, keys)
  }
}

/** Playwright knows the keys of a US keyboard, and gives no key events for other characters. */
async function pressCharacter(stage: Stage, input: ElementHandle, key: string): Promise<void> {
  await input.focus()
  const page = stage.page()
  const client = await page.context().newCDPSession(page)
  await client.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key })
  await client.send('Input.dispatchKeyEvent', { type: 'keyUp', key })
  await client.detach()
}

async function isEditable(stage: Stage, input: ElementHandle): Promise<boolean> {
  await input.waitForElementState('editable', stage.bounds).catch(() => undefined)
  return input.isEditable()
}

/** A field may format its text, but it must contain every typed letter and digit, in order and up to the end. */
function isWhole(taken: string, typed: string): boolean {
  const isCut = taken.length < typed.trim().length && typed.trim().startsWith(taken)
  return !isCut && essenceOf(taken).includes(essenceOf(typed))
}

function essenceOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

export function select(stage: Stage, option: Name, field: Name): Promise<void> {
  const query = { name: field, roles: LIST_ROLES, what: 'list', kind: 'select' } as const
  return use(stage, query, (found) => selectIn(stage, option, found))
}

async function selectIn(stage: Stage, option: Name, found: Located): Promise<void> {
  const options =
    (await attempt(stage, found, (list) =>
      onElement(list, (reader, [element]) => reader.optionsOf(element), null),
    )) ?? []
  if (options.length === 0) return selectInWidget(stage, option, found)
  const result = match(options, option)
  if (!result || !('found' in result)) {
    const problem = result ? 'is not unique among the options' : 'is not an option'
    const names = options.map(({ name }) => name.trim())
    const all = quoteNearest(names, option.text)
    throw new Refusal(`“${option.text}” ${problem} of “${found.name}”: ${all}.`)
  }
  const chosen = [...options.filter(({ stays }) => stays), result.found]
  const indexes = chosen.map(({ index }) => ({ index }))
  await attempt(stage, found, (list) => list.selectOption(indexes, stage.bounds))
}

/** An ARIA combobox or listbox: opens it and clicks the option, as a person would. */
async function selectInWidget(stage: Stage, option: Name, found: Located): Promise<void> {
  const before = await readAria(stage.page(), stage.signal)
  if (found.role === 'combobox') await click(stage, found)
  const query = {
    name: option,
    roles: ['option', 'menuitemradio'],
    what: 'option',
    kind: 'select',
  } as const
  await use(stage, query, async (chosen) => {
    const wasThere = before.some(({ ref }) => ref === chosen.ref)
    const belongs = (): Promise<boolean> =>
      onElement(
        chosen.element,
        (reader, [own, list]) => reader.belongs(own, list as unknown as Element),
        found.element,
      )
    if (wasThere && !(await belongs())) {
      throw new Refusal(`“${chosen.name}” is an option of another list than “${found.name}”.`)
    }
    await click(stage, chosen)
  })
}

export function choose(stage: Stage, option: Name): Promise<void> {
  const roles = ['radio', 'menuitemradio', 'checkbox', 'menuitemcheckbox']
  const query = { name: option, roles, what: 'option', kind: 'choose' } as const
  return use(stage, query, (found) => setBox(stage, found, true))
}

export function tick(stage: Stage, box: Name, on: boolean): Promise<void> {
  const query = { name: box, roles: BOX_ROLES, what: 'box', kind: 'tick' } as const
  return use(stage, query, (found) => setBox(stage, found, on))
}

async function setBox(stage: Stage, found: Located, on: boolean): Promise<void> {
  const isOn = (): Promise<boolean | undefined> => attempt(stage, found, (box) => box.isChecked())
  if ((await isOn()) === on) return
  try {
    await found.element.setChecked(on, { ...stage.bounds, timeout: stage.patience / 3 })
  } catch {
    stage.signal.throwIfAborted()
    // A label that draws a box hides the real one from the mouse, but not from the keyboard.
    if ((await isOn()) !== on) {
      await attempt(stage, found, (box) => box.press('Space', stage.bounds))
    }
  }
  if ((await isOn()) !== on) throw new Refusal(`“${found.name}” did not change.`)
}

/** Puts a file of the task into a file field, or into what opens one. */
export function upload(stage: Stage, file: string, field: Name): Promise<void> {
  const given = stage.files.filter(({ name }) => name === file)
  const [only] = given
  if (!only || given.length > 1) {
    const names = quoteList(stage.files.map(({ name }) => name)) || 'none'
    const problem = only ? 'is the name of several files' : 'is not a file'
    throw new Refusal(`“${file}” ${problem} of this task. Its files are: ${names}.`)
  }
  const query = {
    name: field,
    roles: ['button', ...FIELD_ROLES],
    what: 'field for files',
    kind: 'upload',
  } as const
  return use(stage, query, async (found) => {
    const isField = await onElement(
      found.element,
      (_, [element]) => element instanceof HTMLInputElement && element.type === 'file',
      null,
    )
    if (isField) {
      await attempt(stage, found, (input) => input.setInputFiles(only.path, stage.bounds))
      return
    }
    const asked = stage.page().waitForEvent('filechooser', stage.bounds)
    asked.catch(() => undefined)
    await attempt(stage, found, (button) => button.click(stage.bounds))
    const chooser = await asked.catch(() => undefined)
    if (!chooser) throw new Refusal(`“${found.name}” did not ask for a file.`)
    await chooser.setFiles(only.path, stage.bounds)
  })
}
