import { expect, test } from 'vitest'
import { cliFor, run, RUN_ID, startApi } from '../support/api.ts'
import { CANCEL_RUN, GET_RUN } from '../support/routes.ts'

test.each([['completed'], ['failed'], ['canceled']])(
  'a run that ended as %s is not canceled: the server would overwrite it',
  async (status) => {
    const api = await startApi({
      [GET_RUN]: { json: run({ status }) },
      [CANCEL_RUN]: { json: null },
    })
    const result = await cliFor(api).run(['task', 'cancel', RUN_ID, '--json'])
    expect(result.code).toBe(0)
    expect(result.json).toMatchObject({ run_id: RUN_ID, status })
    expect(result.stderr).toContain(`had already ended: ${status}`)
    expect(api.sent(CANCEL_RUN)).toHaveLength(0)
  },
)

test('an active run is canceled, and polled until it has ended', async () => {
  const statuses = ['running', 'running', 'running', 'canceled']
  const api = await startApi({
    [GET_RUN]: (_, before) => ({ json: run({ status: statuses[before] }) }),
    [CANCEL_RUN]: { json: null },
  })
  const result = await cliFor(api).run(['task', 'cancel', RUN_ID])
  expect(result.code).toBe(0)
  expect(result.stderr).toContain(`Run ${RUN_ID} canceled`)
  expect(api.sent(CANCEL_RUN)).toHaveLength(1)
  expect(api.sent(GET_RUN)).toHaveLength(4)
})

test.each([
  [400, { detail: 'Invalid task status transition from completed to canceled for tsk_1' }],
  [400, { detail: 'Cannot cancel because task is already canceled' }],
  [500, { error: 'Unexpected error: TaskAlreadyTimeout' }],
])(
  'a run that ends between the check and the cancel is reported with its status (%i)',
  async (status, json) => {
    const api = await startApi({
      [GET_RUN]: (_, before) => ({ json: run({ status: before === 0 ? 'running' : 'completed' }) }),
      [CANCEL_RUN]: { status, json },
    })
    const result = await cliFor(api).run(['task', 'cancel', RUN_ID, '--max-retries', '0'])
    expect(result.code).toBe(0)
    expect(result.stderr).toContain('had already ended: completed')
  },
)

test('another id of the same run is looked up: the server cancels by one id only', async () => {
  const api = await startApi({
    [GET_RUN]: (_, before) => ({ json: run({ status: before === 0 ? 'running' : 'canceled' }) }),
    [CANCEL_RUN]: { json: null },
  })
  expect(await cliFor(api).run(['task', 'cancel', 'wr_1'])).toMatchObject({ code: 0 })
  expect(api.sent(CANCEL_RUN)[0]?.path).toBe(`/v1/runs/${RUN_ID}/cancel`)
})

test('an unknown run is exit 5, and nothing is canceled', async () => {
  const detail = `Task run not found ${RUN_ID}`
  const api = await startApi({
    [GET_RUN]: { status: 404, json: { detail } },
    [CANCEL_RUN]: { json: null },
  })
  expect(await cliFor(api).run(['task', 'cancel', RUN_ID])).toMatchObject({ code: 5, stdout: '' })
  expect(api.sent(CANCEL_RUN)).toHaveLength(0)
})

test('a run that ends while the answer to its cancel is lost is not canceled again', async () => {
  const api = await startApi({
    [GET_RUN]: (_, before) => ({ json: run({ status: before === 0 ? 'running' : 'completed' }) }),
    [CANCEL_RUN]: 'drop',
  })
  const result = await cliFor(api).run(['task', 'cancel', RUN_ID])
  expect(result.code).toBe(0)
  expect(result.stderr).toContain('had already ended: completed')
  expect(api.sent(CANCEL_RUN)).toHaveLength(1)
})

test('a cancel whose answers are all lost ends with an error', async () => {
  const api = await startApi({
    [GET_RUN]: { json: run({ status: 'running' }) },
    [CANCEL_RUN]: 'drop',
  })
  expect((await cliFor(api).run(['task', 'cancel', RUN_ID])).code).toBe(7)
  expect(api.sent(CANCEL_RUN)).toHaveLength(3)
})

test('a cancel whose connection is cut is sent again after the status was read', async () => {
  const api = await startApi({
    [GET_RUN]: (_, before) => ({ json: run({ status: before < 2 ? 'running' : 'canceled' }) }),
    [CANCEL_RUN]: (_, before) => (before === 0 ? 'drop' : { json: null }),
  })
  expect(await cliFor(api).run(['task', 'cancel', RUN_ID])).toMatchObject({ code: 0 })
  expect(api.sent(CANCEL_RUN)).toHaveLength(2)
})

test('several: one that fails does not keep the others from being canceled', async () => {
  const api = await startApi({
    [GET_RUN]: ({ path }, before) =>
      path.endsWith('tsk_1')
        ? { status: 404, json: { detail: 'Task run not found tsk_1' } }
        : { json: run({ run_id: 'tsk_2', status: before < 2 ? 'running' : 'canceled' }) },
    [CANCEL_RUN]: { json: null },
  })
  const result = await cliFor(api).run(['task', 'cancel', 'tsk_1', 'tsk_2', '--json'])
  expect(result.code).toBe(5)
  expect(result.json).toMatchObject([{ run_id: 'tsk_2', status: 'canceled' }])
  expect(api.sent(CANCEL_RUN).map(({ path }) => path)).toEqual(['/v1/runs/tsk_2/cancel'])
})

test('a dry run shows each cancel, and sends nothing', async () => {
  const api = await startApi()
  const cli = cliFor(api, { SKYVERN_API_KEY: undefined })
  const result = await cli.run(['task', 'cancel', 'tsk_1,tsk_2', '--dry-run'])
  expect(result.code).toBe(0)
  const shown = result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).path)
  expect(shown).toEqual(['/v1/runs/tsk_1/cancel', '/v1/runs/tsk_2/cancel'])
  expect(api.requests).toHaveLength(0)
})
