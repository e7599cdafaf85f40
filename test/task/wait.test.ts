import { expect, onTestFinished, test } from 'vitest'
import { cliFor, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Recorded, Reply } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { Cloud } from '../support/cloud.ts'
import { GET_RUN, GET_SESSION } from '../support/routes.ts'

type Answering = Extract<Reply, (...args: never[]) => unknown>

const idOf = ({ path }: Recorded): string => path.split('/').at(-1) ?? ''
/** Runs that need that many looks to end. */
const endingAfter =
  (looks: Record<string, number>, fields: Record<string, object> = {}): Reply =>
  (request) => {
    const id = idOf(request)
    const left = (looks[id] = (looks[id] ?? 0) - 1)
    return {
      json: run({ run_id: id, output: id, ...(left >= 0 ? { status: 'running' } : fields[id]) }),
    }
  }

test('several runs are each polled until they end, and printed in the given order', async () => {
  const api = await startApi({ [GET_RUN]: endingAfter({ tsk_1: 2, tsk_2: 0 }) })
  const result = await cliFor(api).run(['task', 'wait', 'tsk_1,tsk_2'])
  expect(result).toMatchObject({ code: 0, stdout: 'tsk_1\ntsk_2\n' })
  expect(api.requests.filter((request) => idOf(request) === 'tsk_2')).toHaveLength(1)
})

test('more than ten at once do not cause a warning of Node', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `tsk_${index}`)
  const api = await startApi({ [GET_RUN]: endingAfter({ tsk_1: 1 }) })
  expect(await cliFor(api).run(['task', 'wait', ...ids])).toMatchObject({ code: 0, stderr: '' })
})

test('--any returns with the first that ends', async () => {
  const api = await startApi({ [GET_RUN]: endingAfter({ tsk_1: 1_000, tsk_2: 1 }) })
  const result = await cliFor(api).run(['task', 'wait', 'tsk_1', 'tsk_2', '--any', '--json'])
  expect(result.code).toBe(0)
  expect(result.json).toMatchObject([{ run_id: 'tsk_2', status: 'completed' }])
})

test('a failed run decides the exit status, and the others are printed', async () => {
  const fields = { tsk_1: { status: 'failed', failure_reason: 'It rained' } }
  const api = await startApi({ [GET_RUN]: endingAfter({}, fields) })
  const result = await cliFor(api).run(['task', 'wait', 'tsk_1', 'tsk_2', '--json'])
  expect(result.code).toBe(3)
  expect(result.error).toMatchObject({ code: 'run_failed', run_id: 'tsk_1' })
})

test.each([['paused'], ['hibernating']])('a run that is %s has not ended', async (status) => {
  const api = await startApi({
    [GET_RUN]: (_, before) => ({ json: run(before < 2 ? { status } : {}) }),
  })
  expect(await cliFor(api).run(['task', 'wait', RUN_ID])).toMatchObject({ code: 0 })
  expect(api.sent(GET_RUN)).toHaveLength(3)
})

test('a run that the server cannot show is reported in the words of the server', async () => {
  const detail = 'prompt: Input should be a valid string'
  const api = await startApi({ [GET_RUN]: { status: 422, json: { detail } } })
  const result = await cliFor(api).run(['task', 'wait', RUN_ID, '--json'])
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.error.message).toContain(detail)
})

test('a wait that fails names the run that goes on', async () => {
  const api = await startApi({
    'POST /v1/run/tasks': { json: run({ status: 'running' }) },
    [GET_RUN]: { status: 403, json: { detail: 'Invalid credentials' } },
  })
  const result = await cliFor(api).run(['task', 'run', 'x', '--no-session', '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'create_unconfirmed', run_id: RUN_ID })
  expect(result.error.hint).toContain(`skyvern task get ${RUN_ID}`)
})

test.each([['--wait'], ['--no-wait']])(
  '%s: an unknown field is an error that names the run',
  async (how) => {
    const api = await startApi({
      'POST /v1/run/tasks': { json: run({ status: 'running' }) },
      [GET_RUN]: { json: run() },
    })
    const args = ['task', 'run', 'x', '--no-session', how, '--fields', 'novel', '--json']
    const result = await cliFor(api).run(args)
    expect(result).toMatchObject({ code: 75, stdout: '' })
    expect(result.error).toMatchObject({ code: 'create_unconfirmed', run_id: RUN_ID })
  },
)

test('--when-idle gives up with the wait: exit 6, the occupant named, nothing submitted', async () => {
  const api = await startApi({
    [GET_SESSION]: { json: session({ runnable_id: 'tsk_9' }) },
    [GET_RUN]: { json: run({ run_id: 'tsk_9', status: 'running' }) },
  })
  const result = await cliFor(api).run(
    `task run Look --session ${SESSION_ID} --when-idle --wait-timeout 1s --json`.split(' '),
  )
  expect(result).toMatchObject({ code: 6, stdout: '' })
  expect(result.error).toMatchObject({ code: 'session_busy', run_id: 'tsk_9' })
  expect(api.sent('POST /v1/run/tasks')).toHaveLength(0)
})

test('an unknown run does not hold back the outputs of the others', async () => {
  const unknown = { status: 404, json: { detail: 'Run not found tsk_2' } }
  const api = await startApi({
    [GET_RUN]: (request, before) =>
      idOf(request) === 'tsk_2' ? unknown : (endingAfter({}) as Answering)(request, before),
  })
  const result = await cliFor(api).run(['task', 'wait', 'tsk_1', 'tsk_2', 'tsk_3', '--json'])
  expect(result.code).toBe(5)
  expect(result.json.map((ended: { run_id: string }) => ended.run_id)).toEqual(['tsk_1', 'tsk_3'])
  const hint = 'List the runs: `skyvern task list`'
  expect(result.error).toMatchObject({ code: 'not_found', run_id: 'tsk_2', hint })
})

test('many at once: temporary failures do not delay the others, and ten requests are sent at a time', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `tsk_${index}`)
  const busy = { now: 0, most: 0 }
  const api = await startApi({
    [GET_RUN]: async (request, before) => {
      busy.most = Math.max(busy.most, ++busy.now)
      await new Promise((resolve) => setTimeout(resolve, 10))
      busy.now--
      return before % 7 === 0
        ? { status: 502 }
        : { json: run({ run_id: idOf(request), output: idOf(request) }) }
    },
  })
  const result = await cliFor(api).run(['task', 'wait', ids.join(',')])
  expect(result).toMatchObject({ code: 0, stdout: `${ids.join('\n')}\n` })
  expect(busy.most).toBe(10)
})

test('at the limit what has ended is printed, and the others are named', async () => {
  const api = await startApi({ [GET_RUN]: endingAfter({ tsk_2: 1_000, tsk_3: 1_000 }) })
  const wait = 'task wait tsk_1 tsk_2 tsk_3 --wait-timeout 1s --json'.split(' ')
  const result = await cliFor(api).run(wait)
  expect(result.code).toBe(124)
  expect(result.json).toHaveLength(1)
  expect(result.error.hint).toContain('skyvern task wait tsk_2 tsk_3')
})

test('a server that dies during a wait is reported, with the time', async () => {
  const api = await startApi({
    [GET_RUN]: (_, before) => (before === 0 ? { json: run({ status: 'running' }) } : 'drop'),
  })
  const result = await cliFor(api).run(['task', 'wait', RUN_ID, '--wait-timeout', '8s', '--json'])
  expect(result.code).toBe(124)
  const said =
    /There has been no answer since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: .*closed the connection/
  expect(result.stderr.split('\n')[0]).toMatch(said)
  expect(result.error.message).toMatch(/^It is not known whether run \S+ has ended/)
  expect(result.error.message).toMatch(said)
})

test('many that go on are waited for by lists, and each is asked for when it is missing from them', async () => {
  const cloud = await new Cloud({ runs: [1500, 2500] }).start()
  onTestFinished(() => cloud.stop())
  const cli = createCli({ SKYVERN_BASE_URL: cloud.url, SKYVERN_API_KEY: 'key-0123456789' })
  const submit = async (): Promise<string> => {
    const create = await fetch(`${cloud.url}/v1/browser_sessions`, { method: 'POST' })
    const { browser_session_id } = (await create.json()) as { browser_session_id: string }
    const body = JSON.stringify({ prompt: 'Look', browser_session_id })
    const run = await fetch(`${cloud.url}/v1/run/tasks`, { method: 'POST', body })
    return ((await run.json()) as { run_id: string }).run_id
  }
  const ids = await Promise.all(Array.from({ length: 120 }, submit))
  const result = await cli.run(['task', 'wait', ...ids, '--json'])
  expect(result.code).toBe(0)
  expect(result.json.map((run: { run_id: string }) => run.run_id)).toEqual(ids)
  const looks = cloud.counts.get('GET runs :id') ?? 0
  // One before, and one at the end; a run may end between the two pages of a list.
  expect(looks).toBeLessThanOrEqual(3 * ids.length)
  expect(cloud.counts.get('GET runs') ?? 0).toBeLessThanOrEqual(30)
})

test('many runs on a server that stops answering: reported at the limit', async () => {
  const api = await startApi({
    [GET_RUN]: (request) => ({ json: run({ run_id: idOf(request), status: 'running' }) }),
    'GET /v1/runs': () => new Promise<never>(() => {}),
  })
  const wait = 'task wait tsk_1 tsk_2 --wait-timeout 1s --json'.split(' ')
  const result = await cliFor(api).run(wait)
  expect(result.code).toBe(124)
  expect(result.error.message).toMatch(/^2 of 2 runs have not ended, as far as is known/)
})
