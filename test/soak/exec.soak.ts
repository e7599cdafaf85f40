import { expect, test } from 'vitest'
import { KINDS } from './kinds.ts'
import { formatRows, soak } from './soak.ts'

const RUNS = 12 * KINDS.length
const SEED = 20_261_123

test(`${RUNS} runs with kills, seed ${SEED}`, async () => {
  const rows = await soak(KINDS, RUNS, SEED)
  console.log(`\n${formatRows(rows)}\n`)
  const lethal = KINDS.filter((kind) => kind.lethal).map(({ name }) => name)
  for (const row of rows) {
    expect(row).toMatchObject({ wrongEnds: 0 })
    // What is open is closed by `session prune`, or named by it.
    expect(row.pruned + row.named).toBe(row.open)
    if (!lethal.includes(row.kind)) expect(row).toMatchObject({ open: 0 })
  }
})
