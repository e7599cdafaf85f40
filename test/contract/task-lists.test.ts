import { expect } from 'vitest'
import { contract, json, readySession, request, sharedSession } from './contract.ts'
import { occupied, quick, slow, submit } from './tasking.ts'
import type { Run } from './tasking.ts'

contract('list shows the newest run first and keeps its title', async () => {
  const id = await sharedSession()
  const { run_id: runId } = await json<Run>('task', 'run', ...quick, '--session', id)
  const [newest] = await json<Run[]>('task', 'list', '--limit', '1')
  expect(newest).toMatchObject({ run_id: runId, status: 'completed' })
})

contract('list takes as many runs as asked for', async () => {
  const id = await readySession()
  await submit(id, ...slow(30))
  await occupied(id)
  const task = { prompt: 'Wait 1 second', browser_session_id: id, engine: 'skyvern-2.0' }
  for (let count = 0; count < 11; count++) await request('POST', '/v1/run/tasks', task)
  const ids = (await json<Run[]>('task', 'list', '--limit', '12')).map((row) => row.run_id)
  expect(new Set(ids).size).toBe(12)
})

contract('pages of runs do not overlap', async () => {
  const [first, second] = await Promise.all(
    ['1', '2'].map((page) => json<Run[]>('api', `/v1/runs?page=${page}&page_size=5`)),
  )
  const ids = [...(first ?? []), ...(second ?? [])].map((row) => row.run_id)
  expect(new Set(ids).size).toBe(10)
})

contract('list by status', async () => {
  const failed = await json<Run[]>('task', 'list', '--status', 'failed', '--limit', '5')
  expect(new Set(failed.map((row) => row.status))).toEqual(new Set(['failed']))
})

contract('a search by session finds its runs, and no others', async () => {
  const [first, second] = [await readySession(), await sharedSession()]
  const { run_id: runId } = await json<Run>('task', 'run', ...quick, '--session', first)
  await json<Run>('task', 'run', ...quick, '--session', second)
  const found = await json<Run[]>('api', `/v1/runs?search_key=${first}`)
  expect(found).toHaveLength(1)
  // The real server lists a `tsk_v2_…` as the `wr_…` behind it; both name the same run.
  const run = await json<Run>('task', 'get', found[0]?.run_id ?? '')
  expect(run.run_id).toBe(runId)
})
