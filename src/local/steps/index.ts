/** Carries out a task written in plain English on a real page. See docs/steps.md for the sentences. */
import type { BrowserContext } from 'playwright-core'
import type { Json } from '../../api/types.ts'
import { parsePrompt } from './sentence/grammar.ts'
import { open } from './act/open.ts'
import { perform } from './act/perform.ts'
import { OUTPUT, readSchema } from './extract/schema.ts'
import { planFor, type Plan } from './extract/plan.ts'
import { Refusal } from './refusal.ts'
import { masker, secretsOf } from './sentence/secrets.ts'
import { inFrames } from './page/reader.ts'
import { Stage, type GivenFile } from './page/stage.ts'
import { describeStep, type Step } from './sentence/step.ts'

export interface TaskInput {
  prompt: string
  /** Opened before the first step. */
  url?: string
  /** A prompt of more steps than this is refused. */
  maxSteps?: number
  /** In place of the prompt: the one step that logs in with these. */
  login?: { user: string; password: string }
  /** A JSON schema: the output has its shape, or there is none. */
  schema?: Json | undefined
  /** Called with each step before it is taken. */
  onStep?: (description: string) => void
  /** Files that the prompt may upload, under the names that it uses. */
  files?: GivenFile[]
  signal: AbortSignal
  /** Progress, one line each, passwords masked. */
  log(line: string): void
  /** Milliseconds that a step waits for what it needs on the page; 10,000 if absent. */
  patience?: number
}

export type TaskResult =
  | { status: 'completed'; output: Json; stepCount: number }
  | { status: 'failed'; failureReason: string; stepCount: number; output?: Json }

/** Milliseconds. */
const PATIENCE = 10_000
const STILL = 600
/** Characters of a line of the log. */
const LONGEST_LINE = 2000

/**
 * Executes the prompt on the context's newest open page (a new one if necessary). The whole prompt is parsed before the
 * first step. Throws only when the signal aborts or the browser breaks. A model could replace this function: same
 * signature, context and input.
 */
export async function carryOut(context: BrowserContext, input: TaskInput): Promise<TaskResult> {
  const { prompt, login, url, maxSteps = Infinity, signal, patience = PATIENCE, files = [] } = input
  const secrets: string[] = []
  const mask = (text: string): string => masker(secrets)(text)
  // Text of a page must not look like separate log lines. Masking needs the original text.
  const log = (line: string): void =>
    input.log(mask(line).replace(/\s+/g, ' ').slice(0, LONGEST_LINE))
  let stepCount = 0
  try {
    signal.throwIfAborted()
    const schema = input.schema === undefined ? undefined : readSchema(input.schema)
    const said: Step[] = login ? [{ kind: 'log-in', ...login }] : parsePrompt(prompt)
    const plan = schema && planFor(schema.whole, said)
    const steps = plan?.steps ?? said
    secrets.push(...secretsOf(steps))
    if (steps.length > maxSteps)
      throw new Refusal(`Reached the maximum steps (${maxSteps}): the prompt has ${steps.length}.`)
    for (const [at, step] of steps.entries()) log(`plan ${at + 1}. ${describeStep(step)}`)
    if (context.pages().length === 0) await context.newPage()
    const sites = [url ?? [], ...steps.map((step) => (step.kind === 'open' ? step.url : []))].flat()
    const stage = new Stage(context, { signal, log, patience, secrets, files, sites })
    try {
      if (url !== undefined) await open(stage, url, true)
      const output = await run(stage, steps, plan, (step) => {
        stepCount += 1
        log(`step ${stepCount}: ${describeStep(step)}`)
        input.onStep?.(mask(describeStep(step)))
      })
      await schema?.check(output)
      return { status: 'completed', output: masked(output, mask), stepCount }
    } finally {
      await cover(stage, secrets).catch(() => undefined)
      await stage.dispose()
    }
  } catch (error) {
    signal.throwIfAborted()
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    if (!(error instanceof Refusal) && !isLate) throw error
    const failureReason = isLate ? 'The page does not answer.' : mask(error.message)
    log(`failed: ${failureReason}`)
    return { status: 'failed', failureReason, stepCount }
  }
}

/** The output of a single extraction, or of several by their phrases; null without any. */
async function run(
  stage: Stage,
  steps: Step[],
  plan: Plan | undefined,
  onStep: (step: Step) => void,
): Promise<Json> {
  const outputs = new Map<string, Json>()
  let pages = stage.navigations
  for (const [at, step] of steps.entries()) {
    stage.signal.throwIfAborted()
    if ('what' in step) {
      const isLeft = await stage.until(() => leaveField(stage))
      const isInput = /^(?!wait|extract)/.test(steps[at - 1]?.kind ?? 'wait')
      // Typing or pressing may take effect after a pause, as in instant search. A new page shows the effect at once.
      if (isLeft || (isInput && stage.navigations === pages)) await stage.settle(STILL)
    }
    pages = stage.navigations
    onStep(step)
    const output = await perform(stage, step, plan)
    if (output !== undefined && 'what' in step)
      outputs.set(plan?.fields.get(step)?.key ?? newKey(step.what, outputs), output)
  }
  const isWhole = outputs.has(OUTPUT)
  if (outputs.size > 1 || (plan && !isWhole)) return Object.fromEntries(outputs)
  return [...outputs.values()][0] ?? null
}

/** Returns whether a field had the focus. */
async function leaveField(stage: Stage): Promise<boolean> {
  const frames = await inFrames(stage.page(), (reader) => reader.leaveField(), null)
  return frames.some(({ value }) => value)
}

/** Hides secrets on the page, for the screenshot. */
async function cover(stage: Stage, secrets: string[]): Promise<void> {
  if (secrets.length === 0 || stage.signal.aborted) return
  await inFrames(stage.page(), (reader, texts) => reader.cover(texts), secrets)
}

/** `total`, and `total (2)` if it is extracted again. */
function newKey(phrase: string, taken: Map<string, Json>): string {
  let key = phrase
  for (let count = 2; taken.has(key); count += 1) key = `${phrase} (${count})`
  return key
}

function masked(output: Json, mask: (text: string) => string): Json {
  if (typeof output === 'string') return mask(output)
  if (Array.isArray(output)) return output.map((item) => masked(item, mask))
  if (output === null || typeof output !== 'object') return output
  return Object.fromEntries(
    Object.entries(output).map(([key, value]) => [mask(key), masked(value, mask)]),
  )
}
