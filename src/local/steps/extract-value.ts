import { Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'

export async function extractOne(_stage: Stage, phrase: string): Promise<string | string[]> {
  throw new Refusal(`no ${phrase}`)
}
