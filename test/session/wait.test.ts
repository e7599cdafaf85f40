import { expect, test } from 'vitest'
import { cliFor, endedSession, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { HURRIED } from '../support/cli.ts'
import { GET_SESSION } from '../support/routes.ts'
import { openBefore } from '../support/scene.ts'

test('wait returns when the browser is ready', async () => {
  const api = await startApi({
    [GET_SESSION]: (_, before) => ({
      json: before < 2 ? session({ status: 'created', started_at: null }) : session(),
    }),
  })
  const result = await cliFor(api).run(['session', 'wait', SESSION_ID])
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(result.stderr).toContain('is ready')
  expect(api.sent(GET_SESSION)).toHaveLength(3)
})

test('wait --for idle asks until no run occupies the session', async () => {
  const api = await startApi({
    [GET_SESSION]: (_, before) => ({ json: session(before < 2 ? { runnable_id: RUN_ID } : {}) }),
  })
  const result = await cliFor(api).run(['session', 'wait', SESSION_ID, '--for', 'idle', '--json'])
  expect(result.code).toBe(0)
  expect(result.json).toMatchObject({ browser_session_id: SESSION_ID, runnable_id: null })
  expect(api.sent(GET_SESSION)).toHaveLength(3)
})

test('wait --for closed forgets the current session with its end', async () => {
  const api = await startApi({
    'POST /v1/browser_sessions': { json: session() },
    [GET_SESSION]: (_, before) => ({
      json: before < 1 ? session() : endedSession({ status: 'timeout' }),
    }),
  })
  const cli = cliFor(api)
  await openBefore(cli, api)
  const result = await cli.run(['session', 'wait', '--for', 'closed'])
  expect(result.code).toBe(0)
  expect(result.stderr).toContain('timeout')
  expect(await cli.run(['session', 'current'])).toMatchObject({ code: 5 })
})

test.each([['ready'], ['idle']])(
  'a session that ends while waiting for %s is exit 5',
  async (state) => {
    const api = await startApi({ [GET_SESSION]: { json: endedSession({ started_at: null }) } })
    const result = await cliFor(api).run(
      `session wait ${SESSION_ID} --for ${state} --json`.split(' '),
    )
    expect(result).toMatchObject({ code: 5, stdout: '' })
    expect(result.error).toMatchObject({ code: 'session_ended', session_id: SESSION_ID })
  },
)

test.each([
  ['ready', session({ started_at: null, status: 'created' }), null],
  ['idle', session({ runnable_id: RUN_ID }), RUN_ID],
  ['closed', session(), null],
])(
  'waiting for %s gives up after its time, and changes nothing',
  async (state, answer, occupant) => {
    const api = await startApi({ [GET_SESSION]: { json: answer } })
    const result = await cliFor(api).run(
      `session wait ${SESSION_ID} --for ${state} --wait-timeout 1s --json`.split(' '),
    )
    expect(result).toMatchObject({ code: 124, stdout: '' })
    expect(result.error).toMatchObject({
      code: 'wait_timeout',
      session_id: SESSION_ID,
      run_id: occupant,
    })
    expect(api.requests.every(({ method }) => method === 'GET')).toBe(true)
  },
)

test('an unknown session is exit 5', async () => {
  const detail = `Browser session ${SESSION_ID} not found`
  const api = await startApi({ [GET_SESSION]: { status: 404, json: { detail } } })
  const result = await cliFor(api).run(['session', 'wait', SESSION_ID, '--json'])
  expect(result.code).toBe(5)
  expect(result.error).toMatchObject({ code: 'not_found', http_status: 404 })
})

test('a word that is not a state is refused', async () => {
  const api = await startApi()
  const result = await cliFor(api).run(['session', 'wait', SESSION_ID, '--for', 'lunch'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('ready, idle, closed')
  expect(api.requests).toHaveLength(0)
})

test('waiting survives resets, faults and pages that are not JSON', async () => {
  const faults = [
    'drop',
    { status: 503, json: { detail: { code: 'downloaded_files_unavailable', retryable: true } } },
    { status: 200, text: '<html>maintenance</html>' },
  ] as const
  const starting = { json: session({ started_at: null, status: 'retry' }) }
  // A good answer between two faults keeps the pauses short.
  const answers = faults.flatMap((fault) => [fault, starting])
  const api = await startApi({
    [GET_SESSION]: (_, before) => answers[before] ?? { json: session() },
  })
  const cli = cliFor(api, HURRIED)
  const result = await cli.run(['session', 'wait', SESSION_ID, '--wait-timeout', '60s'])
  expect(result.code).toBe(0)
  expect(api.sent(GET_SESSION)).toHaveLength(7)
})

test('every wait is bounded, even when the server stops answering', async () => {
  const api = await startApi({
    [GET_SESSION]: 'hang',
    'GET /v1/runs/*': 'hang',
    'POST /v1/browser_sessions/*/close': { json: {} },
  })
  const cli = cliFor(api, HURRIED)
  const waits: [args: string[], code: number][] = [
    [['session', 'wait', SESSION_ID], 124],
    [['session', 'close', SESSION_ID], 75],
    [['task', 'wait', RUN_ID, 'tsk_2'], 124],
  ]
  const results = await Promise.all(
    waits.map(([args]) => cli.run([...args, '--wait-timeout', '1'])),
  )
  expect(results.map(({ code }) => code)).toEqual(waits.map(([, code]) => code))
})
