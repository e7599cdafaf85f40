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
const COMMANDS: [args: string[], route: string][] = [
  [['session', 'get', SESSION_ID], 'GET /v1/browser_sessions/*'],
  [['session', 'list'], 'GET /v1/browser_sessions'],
  [['session', 'create', '--timeout', '60'], 'POST /v1/browser_sessions'],
  [['task', 'get', RUN_ID], 'GET /v1/runs/*'],
  [['task', 'list'], 'GET /v1/runs'],
  [['profile', 'get', PROFILE_ID], 'GET /v1/browser_profiles/*'],
  [['profile', 'list'], 'GET /v1/browser_profiles'],
]
const ODD: unknown[] = [{ a: 1 }, [1, { b: 2 }], 'soon', 1e30, true]

test.each(COMMANDS)('%j', async (args, route) => {
  const good = args[0] === 'session' ? SESSION : args[0] === 'task' ? RUN : profile()
  const api = await startApi({})
  const cli = cliFor(api)
  // An end would end a create, and an id that is not one is refused.
  const kept = /_id$|^completed_at$/
  const fields = Object.keys(good).filter((name) => !kept.test(name))
  const odd = ODD.map((value) => ({
    ...good,
    ...Object.fromEntries(fields.map((name) => [name, value])),
  }))
  // A list shows them all at once, and the commands that show one object share their code.
  const shown = args.join(' ') === `session get ${SESSION_ID}` ? odd : odd.slice(0, 2)
  for (const json of args[1] === 'list' ? [odd] : shown) {
    api.routes[route] = { json }
    const { code, stdout, stderr } = await cli.run(args)
    expect(code).toBe(0)
    expect(stdout + stderr).not.toMatch(/\[object|NaN|undefined|bug|Unexpected/)
  }
})
