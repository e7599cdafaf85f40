import { expect, test } from 'vitest'
import { formatRows, KINDS, soak } from './soak.ts'

const RUNS = 204
const SEED = 20_261_123

test(`${RUNS} runs with kills, seed ${SEED}`, async () => {
  const rows = await soak(RUNS, SEED)
  console.log(`\n${formatRows(rows)}\n`)
  const lethal = KINDS.filter((kind) => kind.lethal).map(({ name }) => name)
  for (const row of rows.filter(({ kind }) => !lethal.includes(kind))) {
    expect(row).toMatchObject({ open: 0 })
  }
})
