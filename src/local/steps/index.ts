/** Carries out a task written in plain English on a real page. See docs/steps.md for the sentences. */
import type { BrowserContext } from 'playwright-core'
import type { Json } from '../../api/types.ts'
import { parsePrompt } from './sentence/grammar.ts'
import { open, perform } from './act/perform.ts'
import { OUTPUT, readSchema } from './extract/schema.ts'
import { planFor, type Plan } from './extract/plan.ts'
import { Refusal } from './refusal.ts'
import { masker, secretsOf } from './sentence/secrets.ts'
import { inFrames } from './page/reader.ts'
import { openStage, type GivenFile, type Stage } from './page/stage.ts'
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
  | {
      status: 'failed'
      failureReason: string
      stepCount: number
      output?: Json
    }

/** Milliseconds. */
const PATIENCE = 10_000
const STILL = 600
const INPUTS = new Set<Step['kind'] | undefined>([
  'go',
  'type',
  'select',
  'choose',
  'tick',
  'press',
  'press-key',
])

/** Characters of a line of the log. */
const LONGEST_LINE = 2000

/**
 * Executes the prompt on the context's newest open page (a new one if necessary). The whole prompt is parsed before the
 * first step. Throws only when the signal aborts or the browser breaks. A model could replace this function: same
 * signature, context and input.
 */
export async function carryOut(context: BrowserContext, input: TaskInput): Promise<TaskResult> {
  const secrets: string[] = []
  const mask = (text: string): string => masker(secrets)(text)
  const log = (line: string): void => input.log(oneLine(mask(line)))
  const progress = { stepCount: 0 }
  try {
    input.signal.throwIfAborted()
    const schema = input.schema === undefined ? undefined : readSchema(input.schema)
    const plan = schema && planFor(schema.whole, stepsOf(input))
    const { steps } = plan ?? { steps: stepsOf(input) }
    secrets.push(...secretsOf(steps))
    if (input.maxSteps !== undefined && steps.length > input.maxSteps) {
      throw new Refusal(
        `Reached the maximum steps (${input.maxSteps}): the prompt has ${steps.length}.`,
      )
    }
    for (const [at, step] of steps.entries()) log(`plan ${at + 1}. ${describeStep(step)}`)
    const { stage, dispose } = await openStage(context, {
      signal: input.signal,
      log,
      patience: input.patience ?? PATIENCE,
      addSecret: (secret) => secrets.push(secret),
      files: input.files ?? [],
      sites: sitesOf(input.url, steps),
    })
    try {
      const output = await run(stage, steps, input, progress, mask, plan)
      await schema?.check(output)
      return { status: 'completed', output: masked(output, mask), ...progress }
    } finally {
      await cover(stage, secrets).catch(() => undefined)
      await dispose()
    }
  } catch (error) {
    input.signal.throwIfAborted()
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    if (!(error instanceof Refusal) && !isLate) throw error
    const failureReason = isLate ? 'The page does not answer.' : mask(error.message)
    log(`failed: ${failureReason}`)
    return { status: 'failed', failureReason, ...progress }
  }
}

const stepsOf = ({ login, prompt }: TaskInput): Step[] =>
  login ? [{ kind: 'log-in', ...login }] : parsePrompt(prompt)

/** Text of a page must not look like separate log lines. Applied after masking, which needs the original text. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, LONGEST_LINE)

/** The addresses whose sites may receive a password. */
function sitesOf(url: string | undefined, steps: Step[]): string[] {
  return [url ?? '', ...steps.map((step) => (step.kind === 'open' ? step.url : ''))].filter(Boolean)
}

/** Leaves the current field. Returns whether there was one. */
async function leaveFields(stage: Stage): Promise<boolean | undefined> {
  return stage.until(async () => {
    const frames = await inFrames(stage.page(), (reader) => reader.leaveField(), null)
    return frames.some(({ value }) => value)
  })
}

/** Hides secrets on the page, for the screenshot. */
async function cover(stage: Stage, secrets: string[]): Promise<void> {
  if (secrets.length === 0 || stage.signal.aborted) return
  await inFrames(stage.page(), (reader, texts) => reader.cover(texts), secrets)
}

/** The output of a single extraction, or of several by their phrases; null without any. */
async function run(
  stage: Stage,
  steps: Step[],
  { url, onStep }: TaskInput,
  progress: { stepCount: number },
  mask: (text: string) => string,
  plan: Plan | undefined,
): Promise<Json> {
  const outputs = new Map<string, Json>()
  if (url !== undefined) await open(stage, url, true)
  let pages = stage.navigations()
  for (const [at, step] of steps.entries()) {
    stage.signal.throwIfAborted()
    if ('what' in step) {
      const isLeft = await leaveFields(stage)
      const isInput = INPUTS.has(steps[at - 1]?.kind) && stage.navigations() === pages
      // Typing or pressing may take effect after a pause, as in instant search. A new page shows the effect at once.
      if (isLeft || isInput) await stage.settle(STILL)
    }
    pages = stage.navigations()
    progress.stepCount += 1
    stage.log(`step ${progress.stepCount}: ${describeStep(step)}`)
    onStep?.(mask(describeStep(step)))
    const output = await perform(stage, step, plan)
    if (output !== undefined && 'what' in step)
      outputs.set(plan?.fields.get(step)?.key ?? newKey(step.what, outputs), output)
  }
  const isWhole = outputs.has(OUTPUT)
  if (outputs.size > 1 || (plan && !isWhole)) return Object.fromEntries(outputs)
  return [...outputs.values()][0] ?? null
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
