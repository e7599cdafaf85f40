/** A server that sends other types than it promises is shown for what it says, and is never called a bug of ours. */
import { expect, test } from 'vitest'
import {
  cliFor,
  profile,
  PROFILE_ID,
  run,
  RUN_ID,
  session,
  SESSION_ID,
  startApi,
} from '../support/api.ts'

const SESSION = { ...session(), warning: null, browser_settings: null }
const RUN = { ...run(), title: 'x', task_run_type: 'task_v2', step_count: 1 }
const COMMANDS: [args: string[], route: string, answer: (fields: object) => unknown][] = [
  [['session', 'get', SESSION_ID], 'GET /v1/browser_sessions/*', (odd) => odd],
  [['session', 'list'], 'GET /v1/browser_sessions', (odd) => [odd]],
  [['session', 'create', '--timeout', '60'], 'POST /v1/browser_sessions', (odd) => odd],
  [['task', 'get', RUN_ID], 'GET /v1/runs/*', (odd) => odd],
  [['task', 'list'], 'GET /v1/runs', (odd) => [odd]],
  [['profile', 'get', PROFILE_ID], 'GET /v1/browser_profiles/*', (odd) => odd],
  [['profile', 'list'], 'GET /v1/browser_profiles', (odd) => [odd]],
]
const ODD: unknown[] = [{ a: 1 }, [1, { b: 2 }], 'soon', 1e30, true]

test.each(COMMANDS)('%j', async (args, route, answer) => {
  const good = args[0] === 'session' ? SESSION : args[0] === 'task' ? RUN : profile()
  const api = await startApi({})
  const cli = cliFor(api)
  for (const value of ODD) {
    // An end would end a create, and an id that is not one is refused.
    const kept = /_id$|^completed_at$/
    const fields = Object.keys(good).filter((name) => !kept.test(name))
    const odd = { ...good, ...Object.fromEntries(fields.map((name) => [name, value])) }
    api.routes[route] = { json: answer(odd) }
    const { code, stdout, stderr } = await cli.run(args)
    expect(code).toBe(0)
    expect(stdout + stderr).not.toMatch(/\[object|NaN|undefined|bug|Unexpected/)
  }
})
