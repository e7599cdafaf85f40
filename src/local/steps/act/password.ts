/** Enters a password into its field on its site, and nowhere else. */
import type { Found } from '../find/locate.ts'
import { onElement } from '../page/reader.ts'
import type { Stage } from '../page/stage.ts'
import { Refusal } from '../refusal.ts'
import { attempt } from './attempt.ts'

/** Enters it into a field of type password, on an allowed site. */
export async function enterSecret(stage: Stage, field: Found, value: string): Promise<void> {
  stage.addSecret(value)
  await admit(stage, field)
  await stage.guard.protect(value)
  await attempt(stage, field, (input) => input.waitForElementState('editable', stage.bounds))
  const wrong = await attempt(stage, field, (input) =>
    onElement(
      input,
      (reader, [own, text]) => reader.setSecret(own as HTMLInputElement, text),
      value,
    ),
  )
  if (wrong !== undefined)
    throw new Refusal(`“${field.name}” ${wrong}. The password was taken out again.`)
}

/** Checks right before the submit: the field is unchanged, and the form's target is an allowed site. */
export async function checkSecret(
  stage: Stage,
  field: Found,
  button: Found | undefined,
  value: string,
): Promise<void> {
  await admit(stage, field)
  if (button) await admit(stage, button)
  const wrong = await attempt(stage, field, (input) =>
    onElement(
      input,
      (reader, [own, text]) => reader.checkSecret(own as HTMLInputElement, text),
      value,
    ),
  )
  if (wrong !== undefined) throw new Refusal(`“${field.name}” ${wrong}, so it was not submitted.`)
}

/** Whether the site may receive a password that this part sends. */
async function admit(stage: Stage, part: Found): Promise<void> {
  const where = await attempt(stage, part, (element) =>
    onElement(element, (reader, [own]) => reader.destinationOf(own), null),
  )
  for (const url of where ?? []) await stage.guard.admit(url)
}
