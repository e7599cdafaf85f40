import { expect, test } from 'vitest'
import { cliFor, session, SESSION_ID, startApi } from '../support/api.ts'
import { EXTEND_SESSION } from '../support/routes.ts'

test('extend sends the minutes to add, once, and says how long the session lives', async () => {
  const api = await startApi({ [EXTEND_SESSION]: { json: session({ timeout: 90 }) } })
  const result = await cliFor(api).run(['session', 'extend', SESSION_ID, '--by', '30m'])
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(result.stderr).toContain('90 min in all')
  expect(api.sent(EXTEND_SESSION).map(({ body }) => body)).toEqual([{ additional_minutes: 30 }])
})

test.each(['drop' as const, { status: 502, text: '<html>bad gateway</html>' }])(
  'an extend whose answer is lost is not sent again: it would add twice',
  async (reply) => {
    const api = await startApi({ [EXTEND_SESSION]: reply })
    const result = await cliFor(api).run(['session', 'extend', SESSION_ID, '--by', '30'])
    expect(result.code).toBe(75)
    expect(api.sent(EXTEND_SESSION)).toHaveLength(1)
  },
)

test('less than asked for is a warning, and a failure under --strict', async () => {
  const warning = 'only 5 minutes remained under the maximum session lifetime'
  const api = await startApi({ [EXTEND_SESSION]: { json: session({ timeout: 360, warning }) } })
  const extend = ['session', 'extend', SESSION_ID, '--by', '2h']
  const result = await cliFor(api).run(extend)
  expect(result.code).toBe(0)
  expect(result.stderr).toContain(warning)
  expect(await cliFor(api).run([...extend, '--strict'])).toMatchObject({ code: 1 })
})

test.each([
  ['has already ended and can no longer be extended.', 'session_ended', 5],
  ['cannot be extended: the session is already at the maximum lifetime.', 'api_error', 1],
])('a session that %s', async (why, code, exit) => {
  const api = await startApi({
    [EXTEND_SESSION]: { status: 409, json: { detail: `Browser session ${SESSION_ID} ${why}` } },
  })
  const result = await cliFor(api).run(['session', 'extend', SESSION_ID, '--by', '5', '--json'])
  expect(result.code).toBe(exit)
  expect(result.error).toMatchObject({ code, session_id: SESSION_ID, http_status: 409 })
})

test('a server without the endpoint is distinguished from an unknown session', async () => {
  const api = await startApi()
  const extend = ['session', 'extend', SESSION_ID, '--by', '5', '--json']
  const old = await cliFor(api).run(extend)
  expect(old).toMatchObject({ code: 1 })
  expect(old.error.message).toBe('This server cannot extend sessions.')
  api.routes[EXTEND_SESSION] = {
    status: 404,
    json: { detail: `Browser session ${SESSION_ID} not found` },
  }
  expect(await cliFor(api).run(extend)).toMatchObject({ code: 5 })
})

test.each([['0'], ['90s'], ['-5']])('%s is not an extension', async (by) => {
  const api = await startApi({ [EXTEND_SESSION]: { json: session() } })
  const result = await cliFor(api).run(['session', 'extend', SESSION_ID, `--by=${by}`])
  expect(result.code).toBe(2)
  expect(api.requests).toHaveLength(0)
})

test.each([
  ['the time', ['30'], 30],
  ['the session and the time', [SESSION_ID, '2h'], 120],
  ['the session, and the time as an option', [SESSION_ID, '--by', '45m'], 45],
])('extend takes %s', async (_, args, minutes) => {
  const api = await startApi({ [EXTEND_SESSION]: { json: session() } })
  const cli = cliFor(api, { SKYVERN_SESSION_ID: SESSION_ID })
  expect(await cli.run(['session', 'extend', ...args])).toMatchObject({ code: 0 })
  expect(api.sent(EXTEND_SESSION).map(({ body }) => body)).toEqual([
    { additional_minutes: minutes },
  ])
})

test.each([
  ['nothing', [], 'The time is missing.'],
  ['a session alone', [SESSION_ID], `"${SESSION_ID}" is not a time.`],
  ['two times', [SESSION_ID, '5', '--by', '5'], 'The time is given twice.'],
])('extend with %s is refused, and sends nothing', async (_, args, why) => {
  const api = await startApi({ [EXTEND_SESSION]: { json: session() } })
  const result = await cliFor(api).run(['session', 'extend', ...args, '--json'])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.error.message).toContain(why)
  expect(api.requests).toEqual([])
})
