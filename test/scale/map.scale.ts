/** `npm run scale`: what a map costs, and what it survives; see docs/scale.md. */
import { afterAll, expect, test } from 'vitest'
import { Table } from '../bench/table.ts'
import type { Fault } from '../support/cloud.ts'
import { map } from './scale.ts'
import type { Outcome, Scenario } from './scale.ts'

const ROWS = Number(process.env['SCALE_ROWS'] ?? 10_000)

/** A server that limits, fails and loses answers, a few in a hundred of each. */
function faultOf(route: string): Fault | undefined {
  const chance = Math.random()
  if (route === 'POST run tasks') {
    return chance < 0.01
      ? 'lost'
      : chance < 0.015
        ? 503
        : chance < 0.02
          ? 'refused'
          : chance < 0.03
            ? 429
            : undefined
  }
  if (route === 'POST browser_sessions') return chance < 0.01 ? 'lost' : undefined
  return chance < 0.005 ? 502 : chance < 0.01 ? 'lost' : undefined
}

/** Two rows in a hundred fail at first. */
const fails = (prompt: string, before: number): boolean => before === 0 && /[37]1$/.test(prompt)

const QUIET = { latency: [40, 100] as [number, number], readyAfter: 800 }
const ROUGH = {
  ...QUIET,
  runs: [500, 3000] as [number, number],
  fails,
  maxSessions: 160,
  fault: faultOf,
}

const SIZE = { rows: ROWS, sessions: 200, shards: 1 }

const SCENARIOS: Scenario[] = [
  {
    name: 'one process, nothing goes wrong',
    ...SIZE,
    kills: 0,
    deaths: 0,
    server: { ...QUIET, runs: [2000, 6000] },
  },
  {
    name: 'one process, everything goes wrong',
    ...SIZE,
    kills: 6,
    deaths: 40,
    server: ROUGH,
  },
  {
    name: '8 shards, everything goes wrong',
    ...SIZE,
    shards: 8,
    kills: 16,
    deaths: 40,
    server: ROUGH,
  },
]

test.each(SCENARIOS)('$name', async (scenario) => {
  const outcome = await map(scenario)
  tell(scenario, outcome)
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, open: 0 })
})

const table = new Table(`${ROWS} rows over 200 sessions`)
afterAll(() => table.print())

function tell({ name, kills, deaths }: Scenario, outcome: Outcome): void {
  const quiet = kills === 0
  const { lost, doubled, open, named, runs, seconds, noticed } = outcome
  const detail = quiet ? '' : `${outcome.kills} kill -9, ${deaths} sessions ended, ${runs} runs`
  const add = table.add.bind(table)
  add(`${name}: rows lost`, lost, { digits: 0, budget: ['≤', 0], detail })
  add(`${name}: rows doubled`, doubled, { digits: 0, budget: ['≤', 0] })
  const closed = named > 0 ? `${named} from creates without an answer were named, and closed` : ''
  add(`${name}: sessions open`, open, { digits: 0, budget: ['≤', 0], detail: closed })
  add(`${name}: requests a row`, outcome.requestsPerRow, quiet ? { budget: ['≤', 2.2] } : {})
  const cpu = { unit: ' ms', ...(quiet && { budget: ['≤', 1] as ['≤', number] }) }
  add(`${name}: processor time a row`, outcome.cpuPerRow, cpu)
  add(`${name}: peak memory`, outcome.memory, { unit: ' MiB', digits: 0 })
  const p95 = `p95 ${noticed.p95.toFixed(2)} s`
  add(`${name}: an end is noticed after, p50`, noticed.p50, { unit: ' s', detail: p95 })
  add(`${name}: time`, seconds, { unit: ' s', digits: 0 })
}
