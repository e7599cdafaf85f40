import { expect } from 'vitest'
import { cli, contract, failure, json, page, readySession, sharedSession } from './contract.ts'
import { invoiceNumbers } from './site.ts'
import {
  extract,
  failingRun,
  getRun,
  logIn,
  occupied,
  quick,
  run,
  slow,
  submit,
} from './tasking.ts'
import type { Run } from './tasking.ts'

contract('a task without output prints nothing', async () => {
  const id = await sharedSession()
  expect(await run(id, ...logIn)).toMatchObject({ code: 0, stdout: '' })
})

contract(
  'the next task goes on in the same browser, logged in, and prints its output',
  async () => {
    const id = await readySession()
    await run(id, ...logIn)
    const { code, stdout } = await run(id, extract, '--engine', 'skyvern-2.0')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(invoiceNumbers)
  },
)

contract('an address that cannot be reached fails the run', async (expected) => {
  const id = await sharedSession()
  const failed = await failingRun(id, 'Wait 1 second', '--url', 'http://127.0.0.1:1/')
  expect(failed).toMatchObject({ exit: 3, code: expected('run_failed') })
})

contract('a goal that the page says is out of reach terminates the run', async (expected) => {
  const id = await sharedSession()
  const ended = await failingRun(id, 'Log in with username nobody', '--url', page('/login'))
  expect(ended).toMatchObject({ exit: 3, code: expected('run_terminated') })
  expect(ended.message).toContain('No such account')
})

contract('a run that needs more steps than it may take fails', async () => {
  const id = await sharedSession()
  const failed = await failingRun(
    id,
    `${logIn[0]}. ${extract}`,
    '--url',
    page('/login'),
    '--max-steps',
    '1',
  )
  expect(failed).toMatchObject({ exit: 3, code: 'run_failed' })
})

contract('a failed run is printed completely with --json', async () => {
  const id = await sharedSession()
  const engine = ['--engine', 'skyvern-1.0']
  const { stderr } = await run(
    id,
    'Wait 1 second',
    '--url',
    'http://127.0.0.1:1/',
    ...engine,
    '--json',
  )
  const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as { error: { run: Run } }
  expect(error.run).toMatchObject({ status: 'failed', output: null })
})

// Waiting, detaching, canceling.
contract('a long run is waited for', async () => {
  const id = await sharedSession()
  expect(await run(id, ...slow(4))).toMatchObject({ code: 0 })
})

contract('giving up the wait leaves the run going on', async () => {
  const id = await sharedSession()
  const gaveUp = await failingRun(id, ...slow(6), '--wait-timeout', '2s')
  expect(gaveUp).toMatchObject({ exit: 124, code: 'wait_timeout' })
  expect(await cli('task', 'wait', gaveUp.run_id ?? '')).toMatchObject({ code: 0 })
})

contract('a detached run prints its id and can be waited for', async () => {
  const id = await sharedSession()
  const runId = await submit(id, ...slow(3))
  expect(runId).toMatch(/^tsk_/)
  expect(await cli('task', 'wait', runId)).toMatchObject({ code: 0 })
  expect(await getRun(runId)).toMatchObject({ status: 'completed' })
})

contract(
  'a canceled run is canceled, waiting for it says so, and its session is free again',
  async () => {
    const id = await readySession()
    const runId = await submit(id, ...slow(20))
    await occupied(id)
    expect(await cli('task', 'cancel', runId)).toMatchObject({ code: 0 })
    expect(await getRun(runId)).toMatchObject({ status: 'canceled' })
    expect(await failure('task', 'wait', runId)).toMatchObject({ exit: 3, code: 'run_canceled' })
    expect(await run(id, ...quick, '--when-idle')).toMatchObject({ code: 0 })
  },
)

contract(
  '--json prints the run; canceling a finished one leaves it as it ended, here and on the server',
  async () => {
    const id = await sharedSession()
    const finished = await json<Run>('task', 'run', ...quick, '--session', id)
    const { run_id: runId } = finished
    expect(finished).toMatchObject({ run_id: expect.stringMatching(/^tsk_/), status: 'completed' })
    expect(await cli('task', 'cancel', runId)).toMatchObject({ code: 0 })
    expect(await getRun(runId)).toMatchObject({ status: 'completed' })
    await cli('api', `/v1/runs/${runId}/cancel`, '-X', 'POST')
    expect(await getRun(runId)).toMatchObject({ status: 'completed' })
  },
)

contract('unknown runs', async () => {
  for (const verb of ['get', 'wait', 'cancel']) {
    expect(await failure('task', verb, 'tsk_404')).toMatchObject({ exit: 5, code: 'not_found' })
  }
})
