/** Every kind of command meets every fault, once for a person and once for a machine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bench } from './bench.ts'
import { FAULTS } from './faults.ts'
import { KINDS } from './kinds.ts'
import { problemsOf } from './verdict.ts'

let bench: Bench
const exits = new Map<string, string>()
let good = 0

beforeAll(async () => {
  bench = await new Bench().start()
})
afterAll(() => {
  bench.stop()
  printMatrix()
})

describe.concurrent.each(Object.entries(KINDS))('%s', (kindName, kind) => {
  test.each(Object.entries(FAULTS))('%s', async (faultName, fault) => {
    const cell = `${kindName} ${faultName}`
    const [told, machine] = await Promise.all([
      bench.run(`${cell} told`, kind, fault, []),
      bench.run(`${cell} json`, kind, fault, ['--json']),
    ])
    exits.set(cell, `${told.result.code ?? told.result.signal}!`)
    expect(problemsOf(kind, fault, false, told)).toEqual([])
    expect(problemsOf(kind, fault, true, machine)).toEqual([])
    exits.set(cell, String(told.result.code))
    good++
  })
})

const line = (name: string, cells: string[]): string =>
  name.padEnd(30) + cells.map((cell) => cell.padStart(8)).join('')

/** Exit statuses, kinds across and faults down; `!` marks what was not as it must be. */
function printMatrix(): void {
  const kinds = Object.keys(KINDS)
  const lines = Object.keys(FAULTS).map((fault) =>
    line(
      fault,
      kinds.map((kind) => exits.get(`${kind} ${fault}`) ?? '-'),
    ),
  )
  const total = kinds.length * lines.length
  console.log(['', line('exit status', kinds), ...lines, ''].join('\n'))
  console.log(`${good} of ${total} cells as they must be, each told and as JSON\n`)
}
