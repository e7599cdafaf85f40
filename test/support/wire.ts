/**
 * What each command puts on the wire. The table is tested row by row (`test/docs/wire.test.ts`), and `docs/wire.md` is
 * written from it.
 */
import { PROFILE_EXCHANGES } from './wire/profiles.ts'
import { REACH_EXCHANGES } from './wire/reach.ts'
import { SESSION_EXCHANGES } from './wire/sessions.ts'
import { TASK_EXCHANGES } from './wire/tasks.ts'

const ROWS = [...SESSION_EXCHANGES, ...TASK_EXCHANGES, ...REACH_EXCHANGES, ...PROFILE_EXCHANGES]

/** The rows with the names of their tests: the endpoint, and a number where it has several. */
export const EXCHANGES = ROWS.map((row, index) => {
  const same = ROWS.filter(({ endpoint }) => endpoint === row.endpoint)
  const before = ROWS.slice(0, index).filter(({ endpoint }) => endpoint === row.endpoint)
  const title = same.length > 1 ? `${row.endpoint} ${before.length + 1}` : row.endpoint
  return { ...row, title }
})
