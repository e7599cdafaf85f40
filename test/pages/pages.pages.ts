/**
 * Prompts on pages that nobody wrote for the steps: `npm run test:pages`. Each is carried out and judged: right, refused
 * (nothing, with a reason), wrong (an answer that is not the right one), or hung. Wrong and hung ones fail.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskResult } from '../../src/local/steps/index.ts'
import { useBrowser } from '../support/browser.ts'
import { startApps, type Apps } from './apps.ts'
import { openCache } from './cache.ts'
import { MINIWOB, MINIWOB_SEEDS, PROMPTS, type Prompt } from './prompts.ts'

type Verdict = 'right' | 'refused' | 'wrong' | 'hung'

/** Milliseconds after which nobody waits any more. */
const HUNG = 90_000
const PATIENCE = 5_000

const stand = useBrowser()
const verdicts: { app: string; verdict: Verdict; prompt: string; said: string }[] = []
let apps: Apps

beforeAll(async () => {
  apps = await startApps(await openCache())
}, 15 * 60_000)

afterAll(() => {
  apps?.close()
  report()
})

async function tell(prompt: string, url?: string): Promise<TaskResult | undefined> {
  const signal = AbortSignal.timeout(HUNG)
  const input = { patience: PATIENCE, signal, ...(url !== undefined && { url }) }
  try {
    return (await stand.tell(prompt, input)).result
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

/** Nothing but this machine is asked. */
async function stayHere(): Promise<void> {
  await stand.context().route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  )
}

function judge({ answer }: Pick<Prompt, 'answer'>, result: TaskResult | undefined): Verdict {
  if (!result) return 'hung'
  if (result.status === 'failed') return answer === undefined ? 'right' : 'refused'
  return isDeepStrictEqual(result.output, answer) ? 'right' : 'wrong'
}

function note(app: string, prompt: string, verdict: Verdict, result?: TaskResult): void {
  const said = !result
    ? ''
    : result.status === 'failed'
      ? result.failureReason
      : JSON.stringify(result.output)
  verdicts.push({ app, verdict, prompt, said })
  if (verdict !== 'right')
    process.stdout.write(`${verdict}: ${app}: ${prompt}\n  ${said.slice(0, 400)}\n`)
  expect(['right', 'refused'], said).toContain(verdict)
}

test.each(PROMPTS)(
  '$app: $prompt ($at)',
  async ({ app, at: [site, path], prompt, answer, first }) => {
    await stayHere()
    const url = new URL(path, `${apps.urls[site]}${site === 'files' ? '/' : ''}`).href
    if (first !== undefined) await tell(first, apps.urls[site])
    const result = await tell(prompt, url)
    note(app, prompt, judge({ answer }, result), result)
  },
  HUNG * 2,
)

const seeds = MINIWOB.flatMap((task) => MINIWOB_SEEDS.map((seed): [string, number] => [task, seed]))
test.each(seeds)(
  'MiniWoB: %s, seed %i',
  async (task, seed) => {
    await stayHere()
    const page = await stand.context().newPage()
    await page.goto(`${apps.urls['files']}/wob/miniwob/${task}.html`)
    const prompt = await begin(page, seed)
    const result = await tell(prompt)
    const reward = Number(await page.evaluate('WOB_DONE_GLOBAL ? WOB_RAW_REWARD_GLOBAL : 0'))
    const isRefused = result?.status === 'failed' && reward === 0
    const verdict = !result ? 'hung' : reward > 0 ? 'right' : isRefused ? 'refused' : 'wrong'
    note('MiniWoB++', `${task}: ${prompt}`, verdict, result)
  },
  HUNG * 2,
)

/** Starts an episode; gives what it asks for, in its own words. */
async function begin(page: Page, seed: number): Promise<string> {
  await page.evaluate(
    `Math.seedrandom(${seed}); core.EPISODE_MAX_TIME = 1e7; core.startEpisodeReal()`,
  )
  return (await page.locator('#query').innerText()).replace(/\s+/g, ' ').trim()
}

function report(): void {
  const names = [...new Set(verdicts.map(({ app }) => app))]
  const kinds: Verdict[] = ['right', 'refused', 'wrong', 'hung']
  const count = (app: string, kind: Verdict): number =>
    verdicts.filter((one) => (app === '' || one.app === app) && one.verdict === kind).length
  const row = (name: string, app: string): string =>
    `| ${[name, ...kinds.map((kind) => count(app, kind))].join(' | ')} |`
  const lines = [
    `| application | ${kinds.join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...names.map((name) => row(name, name)),
    row('all', ''),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
