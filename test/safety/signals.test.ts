/** What ends a job from outside: at a shell, in a container, under a batch scheduler. */
import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { SIGNALS } from '../../src/interrupts.ts'
import { cliFor, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Reply } from '../support/api.ts'
import { HAS_NAMESPACES, signalFirst, startAsFirst } from '../support/namespaces.ts'
import { CREATE, startSessions } from '../support/sessions.ts'

const EXEC = ['session', 'exec', '--', 'sh', '-c', 'echo up >&2; exec sleep 300']
const TERMINATED = 128 + constants.signals.SIGTERM

test.each(SIGNALS)('%s ends the command, then the session, then exec', async (signal) => {
  const api = await startSessions()
  const running = cliFor(api).start(EXEC)
  await running.said('up')
  running.child.kill(signal)
  expect(await running.result).toMatchObject({ code: null, signal, stdout: '' })
  expect(api.closes()).toEqual([1])
  expect(api.open()).toEqual([])
})

test('USR1 ends a command that does not catch it, and opens no debugger', async () => {
  const api = await startApi()
  const running = cliFor(api).start(['session', 'list'])
  api.routes['GET /v1/browser_sessions'] = () => {
    running.child.kill('SIGUSR1')
    return 'hang'
  }
  expect(await running.result).toMatchObject({ signal: 'SIGUSR1', stdout: '', stderr: '' })
})

const inContainer = test.runIf(HAS_NAMESPACES)

inContainer.each(['SIGTERM', 'SIGUSR1'] as const)(
  'process 1 of a container closes its session at %s, and exits with 128 + n',
  async (signal) => {
    const api = await startSessions()
    const running = startAsFirst(cliFor(api), EXEC)
    await running.said('up')
    signalFirst(running, signal)
    expect(await running.result).toMatchObject({ code: 128 + constants.signals[signal] })
    expect(api.closes()).toEqual([1])
  },
)

inContainer('process 1 of a container closes what a signal overtook', async () => {
  const api = await startSessions()
  const create = api.routes[CREATE] ?? 'drop'
  const running = startAsFirst(cliFor(api), ['session', 'create'])
  api.routes[CREATE] = async () => {
    signalFirst(running, 'SIGTERM')
    await running.said('waiting for the answer')
    return create
  }
  expect(await running.result).toMatchObject({ code: TERMINATED, stdout: '' })
  expect(api.closes()).toEqual([1])
})

inContainer.each<[args: string[], word: string]>([
  [['task', 'run', 'Read the page', '--no-session'], 'goes on'],
  [['task', 'wait', RUN_ID], 'goes on'],
  [['task', 'wait', RUN_ID, `${RUN_ID}1`], 'go on'],
  [['session', 'wait', SESSION_ID, '--for', 'closed'], 'Stopped waiting'],
  [['session', 'create', '--wait'], 'stays open'],
  // Nothing is lost by leaving, so nothing is said.
  [['session', 'list'], ''],
])('process 1 of a container leaves %j at TERM', async (args, word) => {
  const api = await startApi()
  const running = startAsFirst(cliFor(api), args)
  let looks = 0
  const look = (reply: Reply): Reply => {
    if (++looks === 2 || args[1] === 'list') signalFirst(running, 'SIGTERM')
    return args[1] === 'list' ? 'hang' : reply
  }
  api.routes = {
    'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
    'GET /v1/runs/*': ({ path }) =>
      look({ json: run({ run_id: path.split('/')[3], status: 'running' }) }),
    [CREATE]: { json: session({ started_at: null, status: 'created' }) },
    'GET /v1/browser_sessions/*': () => look({ json: session({ started_at: null }) }),
    'GET /v1/browser_sessions': () => look({ json: [] }),
  }
  const result = await running.result
  expect(result.code).toBe(TERMINATED)
  expect(result.stderr).toContain(word)
})
