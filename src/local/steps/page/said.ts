/** The response of a page to an action: its new lines of text. */
import { inFrames } from './reader.ts'
import type { Stage } from './stage.ts'

/** Longer lines are content, not responses. */
const LONGEST = 200

export async function readLines(stage: Stage): Promise<Set<string>> {
  const frames = await inFrames(stage.page(), (reader) => reader.lines(), null)
  return new Set(frames.flatMap(({ value }) => value))
}

export async function newLines(stage: Stage, before: Set<string>): Promise<string[]> {
  return [...(await readLines(stage))].filter((line) => !before.has(line) && line.length < LONGEST)
}
