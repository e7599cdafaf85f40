import { expect, test } from 'vitest'
import { cliFor, naiveTime, startApi } from '../support/api.ts'
import type { Recorded } from '../support/api.ts'
import { LIST_RUNS } from '../support/routes.ts'

const row = (index: number, fields: object = {}): object => ({
  task_run_id: `tr_${index}`,
  run_id: `tsk_${index}`,
  task_run_type: 'task_v2',
  status: 'completed',
  title: `Run ${index}`,
  started_at: naiveTime(-30),
  finished_at: naiveTime(),
  created_at: naiveTime(-31),
  ...fields,
})

/** Pages of a list with that many rows. */
const pagesOf =
  (count: number) =>
  ({ query }: Recorded): { json: unknown } => {
    const [page, size] = [Number(query['page']?.[0]), Number(query['page_size']?.[0])]
    const from = (page - 1) * size
    const rows = Math.max(0, Math.min(size, count - from))
    return { json: Array.from({ length: rows }, (_, index) => row(from + index)) }
  }

test('a pipe gets one line a run, tab-separated, with times that say they are UTC', async () => {
  const api = await startApi({
    [LIST_RUNS]: { json: [row(1, { created_at: '2026-11-23T06:57:54.346' })] },
  })
  const result = await cliFor(api).run(['task', 'list'])
  expect(result).toMatchObject({ code: 0, stderr: '' })
  expect(result.stdout).toBe('tsk_1\tcompleted\ttask_v2\t2026-11-23T06:57:54.346Z\tRun 1\n')
  expect(api.sent(LIST_RUNS)[0]?.query).toEqual({ page: ['1'], page_size: ['30'] })
})

test('filters go as repeated parameters, because the server refuses comma lists', async () => {
  const api = await startApi({ [LIST_RUNS]: { json: [] } })
  const result = await cliFor(api).run(
    'task list --status failed,timed_out --status canceled --type task_v1,workflow_run --search invoices --limit 5'.split(
      ' ',
    ),
  )
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(result.stderr).toContain('No runs found')
  expect(api.sent(LIST_RUNS)[0]?.query).toEqual({
    status: ['failed', 'timed_out', 'canceled'],
    run_type: ['task_v1', 'workflow_run'],
    search_key: ['invoices'],
    page: ['1'],
    page_size: ['5'],
  })
})

test('the limit is reached page by page, and a short page is the last', async () => {
  const api = await startApi({ [LIST_RUNS]: pagesOf(250) })
  const cli = cliFor(api)
  const some = await cli.run(['task', 'list', '--limit', '150', '-q'])
  expect(some.stdout.trim().split('\n')).toHaveLength(150)
  expect(api.sent(LIST_RUNS)).toHaveLength(2)
  expect((await cli.run(['task', 'list'])).stderr).toContain('Showing 30 rows (--limit).')

  const all = await cli.run(['task', 'list', '--limit', '10000', '--json'])
  expect(all.json).toHaveLength(250)
  expect(all.stderr).toBe('')
  expect(all.json[249]).toMatchObject({ run_id: 'tsk_249', task_run_type: 'task_v2' })
  expect(api.sent(LIST_RUNS)).toHaveLength(6)
})

test('a search ends where the server stops searching', async () => {
  const api = await startApi({ [LIST_RUNS]: pagesOf(5_000) })
  const result = await cliFor(api).run('task list --search run --limit 2000 -q'.split(' '))
  expect(result.stdout.trim().split('\n')).toHaveLength(1_000)
  expect(api.sent(LIST_RUNS)).toHaveLength(10)
})

test('unknown statuses and types are shown', async () => {
  const api = await startApi({
    [LIST_RUNS]: {
      json: [row(1, { status: 'hibernating', task_run_type: 'task_v9', title: null, novel: 1 })],
    },
  })
  const cli = cliFor(api)
  expect((await cli.run(['task', 'list'])).stdout).toContain('tsk_1\thibernating\ttask_v9')
  expect((await cli.run(['task', 'list', '--json'])).json[0]).toMatchObject({ novel: 1 })
})

test.each([
  ['--status', 'done'],
  ['--type', 'task'],
  ['--search', 'ab'],
  ['--limit', '10001'],
])('%s %s is refused before anything is sent', async (option, value) => {
  const api = await startApi({ [LIST_RUNS]: { json: [] } })
  const result = await cliFor(api).run(['task', 'list', option, value])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(option)
  expect(api.requests).toHaveLength(0)
})
