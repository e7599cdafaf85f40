// Commands about a run mean the last one without an id, and say so on stderr.
import { expect, test } from 'vitest'
import { cliFor, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { GET_RUN, SUBMIT_TASK } from '../support/routes.ts'
import { submitBefore } from '../support/scene.ts'

const SUBMIT = ['task', 'run', 'Extract all', '--no-session', '--no-wait']
const SAID = `Run ${RUN_ID} (last run)\n`

const start = () =>
  startApi({
    [SUBMIT_TASK]: { json: run({ status: 'queued', output: null }) },
    [GET_RUN]: { json: run() },
    'GET /v1/runs/*/timeline': { json: [] },
  })

test.each(['get', 'wait', 'cancel', 'timeline', 'view', 'download'])(
  'task %s without an id works on the run that was submitted last',
  async (verb) => {
    const api = await start()
    const cli = cliFor(api)
    if (verb === 'get') await cli.run(SUBMIT)
    else submitBefore(cli, api, RUN_ID)
    const result = await cli.run(['task', verb])
    expect(result).toMatchObject({ stderr: expect.stringContaining(SAID) })
    expect(result.stdout).not.toContain('(last run)')
    expect(api.sent(GET_RUN).length + api.sent('GET /v1/runs/*/timeline').length).toBeGreaterThan(0)
  },
)

test.each([
  ['nothing was submitted', {}, false],
  ['another scope submitted', { SKYVERN_SCOPE: 'other' }, true],
])('where %s the last run is unknown: exit 5', async (_, env, submitted) => {
  const api = await start()
  const cli = cliFor(api)
  if (submitted) submitBefore(cli, api, RUN_ID)
  const result = await cli.run(['task', 'cancel', '--json'], { env })
  expect(result).toMatchObject({ code: 5, stdout: '' })
  expect(result.error.code).toBe('not_found')
})

test('session use - switches to the previous session, and back', async () => {
  const other = 'pbs_111111111111111111'
  const api = await startApi({
    'GET /v1/browser_sessions/*': ({ path }) => ({
      json: session({ browser_session_id: path.split('/').at(-1) }),
    }),
  })
  const cli = cliFor(api)
  expect(await cli.run(['session', 'use', '-', '--json'])).toMatchObject({ code: 5 })
  await cli.run(['session', 'use', other])
  await cli.run(['session', 'use', SESSION_ID])
  expect(await cli.run(['session', 'use', '-'])).toMatchObject({ code: 0, stdout: `${other}\n` })
  expect((await cli.run(['session', 'current'])).stdout).toBe(`${other}\n`)
  expect((await cli.run(['session', 'use', '-'])).stdout).toBe(`${SESSION_ID}\n`)
})
