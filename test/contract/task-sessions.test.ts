import { expect } from 'vitest'
import {
  cli,
  contract,
  endedSession,
  failure,
  json,
  page,
  readySession,
  sharedSession,
} from './contract.ts'
import {
  extract,
  failingRun,
  logIn,
  occupied,
  quick,
  run,
  slow,
  submit,
  unlooked,
} from './tasking.ts'

// Engines.
contract('a second task in one session with skyvern-1.0', async (expected) => {
  const id = await sharedSession()
  expect(await run(id, ...quick, '--engine', 'skyvern-1.0')).toMatchObject({ code: 0 })
  const second = await run(id, ...quick, '--engine', 'skyvern-1.0')
  expect(second.code).toBe(expected(0))
})

contract('skyvern-1.0 with an address returns output', async (expected) => {
  const id = await sharedSession()
  await run(id, ...logIn)
  const answer = await run(id, extract, '--url', page('/'), '--engine', 'skyvern-1.0')
  expect(answer).toMatchObject({ code: 0 })
  expect(answer.stdout === '').toBe(expected(false))
})

contract('an unknown engine that reaches the server is refused there', async () => {
  const id = await sharedSession()
  const refused = await failingRun(id, 'Wait 1 second', '--body', 'engine=skyvern-9')
  expect(refused).toMatchObject({ exit: 1, code: 'api_error' })
  expect(refused.message).toContain("engine: Input should be 'skyvern-1.0'")
})

// Sessions that are taken, closed or unknown.
contract(
  'a busy session refuses a task and names its occupant; one that reaches it fails, and the session is reported as busy',
  async () => {
    const id = await readySession()
    await submit(id, ...slow(20))
    await occupied(id)
    const occupant = (await json('session', 'get', id))['runnable_id']
    const refused = await failingRun(id, ...quick)
    expect(refused).toMatchObject({ exit: 6, code: 'session_busy' })
    expect(refused.message).toContain(String(occupant))
    const failed = await failure('task', 'run', ...quick, ...unlooked(id))
    expect(failed).toMatchObject({ exit: 6, code: 'session_busy' })
  },
)

contract('--when-idle waits for a busy session', async () => {
  const id = await sharedSession()
  await submit(id, ...slow(4))
  await occupied(id)
  expect(await run(id, ...quick, '--when-idle')).toMatchObject({ code: 0 })
})

contract('a closed session refuses a task', async () => {
  const refused = await failingRun(await endedSession(), ...quick)
  expect(refused).toMatchObject({ exit: 5, code: 'session_ended' })
})

contract(
  'a task in a session that was closed meanwhile is refused by the server, and the error says that it has ended',
  async () => {
    const refused = await failure('task', 'run', ...quick, ...unlooked(await endedSession()))
    expect(refused).toMatchObject({ exit: 5, code: 'session_ended' })
  },
)

contract('closing a session ends the run in it', async (expected) => {
  const id = await readySession()
  const runId = await submit(id, ...slow(20), '--engine', 'skyvern-1.0')
  await occupied(id)
  await cli('session', 'close', id)
  const ended = await failure('task', 'wait', runId)
  expect(ended).toMatchObject(expected({ exit: 5, code: 'session_ended' }))
})

contract('a task in an unknown session', async () => {
  expect(await failingRun('pbs_404', ...quick)).toMatchObject({ exit: 5, code: 'not_found' })
})

contract('a task without a session, in a fresh browser', async () => {
  expect(await cli('task', 'run', ...quick, '--no-session')).toMatchObject({ code: 0 })
})

contract('a task without a current session is not run logged out', async () => {
  await cli('session', 'close')
  expect(await failure('task', 'run', ...quick)).toMatchObject({
    exit: 5,
    code: 'no_current_session',
  })
})
