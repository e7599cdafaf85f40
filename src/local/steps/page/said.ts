/** What a page says in answer to an action: the lines of text that were not there before. */
import { inFrames } from './reader.ts'
import type { Stage } from './stage.ts'

/** Longer ones are texts, not answers. */
const LONGEST = 200

export async function readLines(stage: Stage): Promise<Set<string>> {
  const frames = await inFrames(stage.page(), (reader) => reader.lines(), null)
  return new Set(frames.flatMap(({ value }) => value))
}

export async function newLines(stage: Stage, before: Set<string>): Promise<string[]> {
  return [...(await readLines(stage))].filter((line) => !before.has(line) && line.length < LONGEST)
}
