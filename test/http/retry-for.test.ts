/** `--retry-for`: a limit of the server is waited out, and nothing else is repeated for it. */
import { expect, test } from 'vitest'
import { cliFor, endedSession, run, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Reply } from '../support/api.ts'
import { CREATE_SESSION, SUBMIT_TASK } from '../support/routes.ts'

/** Refuses so often, then answers. */
const limited =
  (times: number, answer: Reply, after?: string): Reply =>
  (_, before) =>
    before >= times
      ? answer
      : {
          status: 429,
          json: { detail: 'Too many sessions.' },
          ...(after && { headers: { 'retry-after': after } }),
        }

test.each([
  ['session create', [], CREATE_SESSION, { json: session() }],
  ['task run', ['Read the page', '--session', SESSION_ID], SUBMIT_TASK, { json: run() }],
])('%s waits for its turn, and says so', async (command, more, route, answer) => {
  const api = await startApi({
    [route]: limited(2, answer),
    'GET /v1/browser_sessions/*': { json: session() },
    'GET /v1/runs/*': { json: run() },
  })
  const args = [...command.split(' '), ...more, '--retry-for', '1m', '--max-retries', '0']
  const result = await cliFor(api).run(args)
  expect(result.code).toBe(0)
  expect(result.stderr).toMatch(/Trying again in \d+ s: Too many sessions \(429\)\./)
  expect(api.sent(route)).toHaveLength(3)
})

test('a Retry-After beyond the limit is reported at once', async () => {
  const api = await startApi({ [CREATE_SESSION]: limited(9, 'drop', '30') })
  const args = ['session', 'create', '--retry-for', '20s', '--max-retries', '0', '--json']
  const result = await cliFor(api).run(args)
  expect(result.error).toMatchObject({ code: 'rate_limited', http_status: 429 })
  expect(api.sent(CREATE_SESSION)).toHaveLength(1)
})

test('a create in doubt is not repeated after a Retry-After', async () => {
  const api = await startApi({
    [CREATE_SESSION]: { status: 503, json: { detail: 'Later.' } },
    'GET /v1/browser_sessions': { json: [endedSession()] },
  })
  const cli = cliFor(api)
  const running = cli.start(['session', 'create', '--retry-for', '5m'])
  await running.said('The answer was lost')
  running.child.kill('SIGTERM')
  running.child.kill('SIGINT')
  await running.result
  expect(api.sent(CREATE_SESSION)).toHaveLength(1)
})
