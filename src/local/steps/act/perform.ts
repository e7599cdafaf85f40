/** Executes one step on the page. Returns the result of an extraction, undefined for other steps. */
import type { Json } from '../../../api/types.ts'
import { extract } from '../extract/extract.ts'
import type { Plan } from '../extract/plan.ts'
import { extractShaped } from '../extract/shaped.ts'
import { containsWords, readingsOf } from '../find/match.ts'
import { describeOffers } from '../find/offers.ts'
import { readAria } from '../page/aria.ts'
import type { Stage } from '../page/stage.ts'
import { Refusal } from '../refusal.ts'
import type { Extraction, Name, Step } from '../sentence/step.ts'
import { wordsOf } from '../sentence/words.ts'
import { click, use } from './attempt.ts'
import { selectIn, setBox, typeInto, upload } from './fields.ts'
import { logIn } from './login.ts'
import { open } from './open.ts'

const WAIT_FOR_FACTOR = 3

/** @param plan what the extractions fill, if the output has a schema */
export async function perform(stage: Stage, step: Step, plan?: Plan): Promise<Json | undefined> {
  const output = 'what' in step ? await read(stage, step, plan) : await act(stage, step)
  stage.guard.check()
  // After any step, because the effect of an earlier one may appear only now.
  stage.checkQuestion()
  stage.checkAnswer()
  return output
}

async function read(stage: Stage, step: Extraction, plan?: Plan): Promise<Json> {
  const field = plan?.fields.get(step)
  if (plan && field) return extractShaped(stage, step.what, field, plan.taken)
  return (await extract(stage, step)).value
}

async function act(stage: Stage, step: Exclude<Step, Extraction>): Promise<undefined> {
  if (step.kind === 'wait') await stage.pause(step.seconds * 1000)
  else if (step.kind === 'wait-for') await waitForText(stage, step.text)
  else {
    stage.expect()
    await input(stage, step)
    await stage.settle()
    stage.checkArrived()
  }
}

async function input(
  stage: Stage,
  step: Exclude<Step, Extraction | { kind: 'wait' | 'wait-for' }>,
): Promise<void> {
  switch (step.kind) {
    case 'open':
      return open(stage, step.url)
    case 'go':
      return use(stage, 'go', step.page, (found) => click(stage, found))
    case 'log-in':
      return logIn(stage, step)
    case 'press':
      return use(stage, 'press', step.target, (found) => click(stage, found))
    case 'press-key':
      return pressKey(stage, step.key)
    case 'type':
      return use(stage, 'type', step.field, (found) => typeInto(stage, found, step.value))
    case 'select':
      return use(stage, 'select', step.field, (found) => selectIn(stage, found, step.option))
    case 'choose':
      return use(stage, 'choose', step.option, (found) => setBox(stage, found, true))
    case 'tick':
      return use(stage, 'tick', step.box, (found) => setBox(stage, found, step.on))
    case 'upload':
      return use(stage, 'upload', step.field, (found) => upload(stage, found, step.file))
  }
}

async function pressKey(stage: Stage, key: string): Promise<void> {
  const focus = await stage.page().evaluate('document.activeElement?.tagName ?? "BODY"')
  if (focus === 'BODY' && key !== 'Escape')
    throw new Refusal(`No field has the focus, so ${key} would do nothing.`)
  await stage.page().keyboard.press(key)
}

async function waitForText(stage: Stage, name: Name): Promise<void> {
  const patience = stage.patience * WAIT_FOR_FACTOR
  const seen = await stage.until(async () => {
    const [root] = await readAria(stage.page(), stage.signal)
    const words = wordsOf(root?.text ?? '')
    return readingsOf(name).some(({ text }) => containsWords(words, wordsOf(text))) || undefined
  }, patience)
  if (seen) return
  const elements = await readAria(stage.page(), stage.signal)
  throw new Refusal(
    `“${name.text}” did not appear within ${patience / 1000} s. ${describeOffers(elements, name.text)}`,
  )
}
