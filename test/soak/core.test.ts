import { expect, test } from 'vitest'
import { KINDS } from './kinds.ts'
import { soak } from './soak.ts'

test('whatever kills exec or its command, no session stays open', { timeout: 90_000 }, async () => {
  // What a signal of the others does is tested by itself, and those of containers take their ten seconds.
  const kinds = KINDS.filter(({ diesOf }) => !diesOf)
  const survivable = kinds.filter(({ lethal }) => !lethal).map(({ name }) => name)
  const rows = await soak(kinds, kinds.length, 7)
  for (const row of rows.filter(({ kind }) => survivable.includes(kind))) {
    expect(row).toMatchObject({ runs: 1, open: 0, twice: 0, wrongEnds: 0 })
  }
  // What the soak must be able to see: without the watchdog, kill -9 leaves a session open.
  expect(rows.at(-1)).toMatchObject({ runs: 1, created: 1, open: 1 })
})
