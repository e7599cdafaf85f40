// The end of a task is told on stderr: how it ended, how long it took, how much came, and when the session ends.
import { expect, test } from 'vitest'
import { cliFor, naiveTime, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { GET_RUN, SUBMIT_TASK } from '../support/routes.ts'

const TASK = ['task', 'run', 'Extract all invoices', '--session', SESSION_ID, '--wait-timeout', '5']
const ENDED = {
  started_at: '2026-05-01T10:00:01',
  finished_at: '2026-05-01T10:00:13',
  output: ['INV-1', 'INV-2', 'INV-3'],
}

/** A session that ends in this many minutes, in which a task ends as told. */
const serverWith = (ended: object, minutes = 60) =>
  startApi({
    'GET /v1/browser_sessions/*': {
      json: session({ started_at: naiveTime((minutes - 60) * 60), timeout: 60 }),
    },
    [SUBMIT_TASK]: { json: run({ status: 'queued', output: null }) },
    [GET_RUN]: { json: run({ ...ENDED, ...ended }) },
  })

test('a run that completed: its id, how long it took, and the rows that came', async () => {
  const result = await cliFor(await serverWith({})).run(TASK)
  expect(result).toMatchObject({ code: 0, stdout: '[\n  "INV-1",\n  "INV-2",\n  "INV-3"\n]\n' })
  expect(result.stderr.trimEnd().split('\n').at(-1)).toBe(
    `✓ Run ${RUN_ID} completed in 12 s · 3 rows`,
  )
})

test.each([
  ['one row', ['INV-1'], / · 1 row$/m],
  ['a text', 'INV-1', / completed in 12 s$/m],
])('an output of %s', async (_, output, expected) => {
  expect((await cliFor(await serverWith({ output })).run(TASK)).stderr).toMatch(expected)
})

test.each([
  [9, true],
  [11, false],
])('a session with %i minutes left: its end is printed: %s', async (minutes, told) => {
  const { stderr } = await cliFor(await serverWith({}, minutes)).run(TASK)
  const note = `at the earliest. For longer: skyvern session extend ${SESSION_ID} 30`
  expect(stderr.includes(note), stderr).toBe(told)
  expect(stderr.includes('The session ends')).toBe(told)
})

test('-q prints no receipt, and a run that failed has none', async () => {
  const quiet = await cliFor(await serverWith({}, 5)).run([...TASK, '-q'])
  expect(quiet).toMatchObject({ code: 0, stderr: '' })
  const failed = await cliFor(await serverWith({ status: 'failed' })).run(TASK)
  expect(failed.code).toBe(3)
  expect(failed.stderr).not.toContain('✓')
})
