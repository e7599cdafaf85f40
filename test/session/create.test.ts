import { expect, test, vi } from 'vitest'
import { cliFor, naiveTime, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { CREATE_SESSION } from '../support/routes.ts'

test('create sends exactly what was asked, and prints only the id', async () => {
  const api = await startApi({
    [CREATE_SESSION]: { json: session({ timeout: 120 }) },
    'GET /v1/browser_sessions/*': { json: session() },
    'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
    'GET /v1/runs/*': { json: run() },
  })
  const cli = cliFor(api)
  const created = await cli.run(['session', 'create', '--timeout', '120', '--proxy', 'US'])
  expect(created).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(created.stderr).toContain('120 min')
  expect(created.stderr).toContain('proxy US')
  expect(api.sent(CREATE_SESSION)).toHaveLength(1)
  expect(api.sent(CREATE_SESSION)[0]?.body).toEqual({ timeout: 120, proxy_location: 'RESIDENTIAL' })

  const task = await cli.run(['task', 'run', 'Extract all invoice numbers'])
  expect(task.code).toBe(0)
  expect(JSON.parse(task.stdout)).toEqual(['INV-1', 'INV-2'])
  expect(task.stderr).toContain(RUN_ID)
  expect(api.sent('POST /v1/run/tasks')[0]?.body).toEqual({
    prompt: 'Extract all invoice numbers',
    engine: 'skyvern-2.0',
    browser_session_id: SESSION_ID,
  })
})

test('a timeout of 1441 is refused before anything is sent, and 1h30m are 90 minutes', async () => {
  const api = await startApi({ [CREATE_SESSION]: { json: session({ timeout: 90 }) } })
  const refused = await cliFor(api).run(['session', 'create', '--timeout', '1441'])
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain('--timeout')
  expect(api.requests).toHaveLength(0)
  const result = await cliFor(api).run(['session', 'create', '--timeout', '1h30m'])
  expect(result.code).toBe(0)
  expect(api.sent(CREATE_SESSION)[0]?.body).toEqual({ timeout: 90 })
})

test('a timeout that the server capped causes a warning; --strict closes the session and fails', async () => {
  const warning = 'timeout was capped to 240 minutes'
  const api = await startApi({
    [CREATE_SESSION]: { json: session({ timeout: 240, warning }) },
    'POST /v1/browser_sessions/*/close': { json: { message: 'Browser session closed' } },
    'GET /v1/browser_sessions/*': {
      json: session({ status: 'completed', completed_at: naiveTime() }),
    },
  })
  const cli = cliFor(api)
  const created = await cli.run(['session', 'create', '--timeout', '24h'])
  expect(created).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(created.stderr).toContain(warning)

  const strict = await cli.run(['session', 'create', '--timeout', '24h', '--strict'])
  expect(strict).toMatchObject({ code: 1, stdout: '' })
  expect(strict.stderr).toContain(warning)
  expect(api.sent('POST /v1/browser_sessions/*/close')).toHaveLength(1)
})

test.each([[502]])(
  'a create that ends in %i is sent once, and the sessions that it may have created are named',
  async (status) => {
    const api = await startApi({
      [CREATE_SESSION]: { status, text: '<html>bad gateway</html>' },
      'GET /v1/browser_sessions': () => ({ json: [session({ created_at: naiveTime() })] }),
    })
    const result = await cliFor(api).run(['session', 'create', '--json'])
    expect(result).toMatchObject({ code: 75, stdout: '' })
    expect(result.error).toMatchObject({
      code: 'create_unconfirmed',
      possible_sessions: [SESSION_ID],
    })
    expect(result.error.hint).toContain(`skyvern session close ${SESSION_ID}`)
    expect(api.sent(CREATE_SESSION)).toHaveLength(1)
    expect(api.sent('POST /v1/browser_sessions/*/close')).toHaveLength(0)
  },
)

test('a create whose connection is cut is sent once', async () => {
  const api = await startApi({
    [CREATE_SESSION]: 'drop',
    'GET /v1/browser_sessions': () => ({ json: [session({ created_at: naiveTime() })] }),
  })
  const result = await cliFor(api).run(['session', 'create'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.stderr).toContain(SESSION_ID)
  expect(api.sent(CREATE_SESSION)).toHaveLength(1)
})

test('Ctrl-C during a create waits for the answer and closes the new session', async () => {
  const api = await startApi({
    'POST /v1/browser_sessions/*/close': { json: {} },
    'GET /v1/browser_sessions/*': {
      json: session({ status: 'completed', completed_at: naiveTime() }),
    },
  })
  const cli = cliFor(api)
  const running = cli.start(['session', 'create'])
  api.routes[CREATE_SESSION] = async () => {
    running.child.kill('SIGINT')
    await running.said('waiting for the answer')
    return { json: session() }
  }
  const result = await running.result
  expect(result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(result.stderr).toContain(`Session ${SESSION_ID} was closed.`)
  expect(api.sent('POST /v1/browser_sessions/*/close')).toHaveLength(1)
})

test('Ctrl-C again during that close exits and names the session', async () => {
  const api = await startApi({ 'POST /v1/browser_sessions/*/close': 'hang' })
  const running = cliFor(api).start(['session', 'create'])
  api.routes[CREATE_SESSION] = async () => {
    running.child.kill('SIGINT')
    await running.said('waiting for the answer')
    return { json: session() }
  }
  await vi.waitFor(
    () => expect(api.sent('POST /v1/browser_sessions/*/close')).toHaveLength(1),
    30_000,
  )
  running.child.kill('SIGINT')
  const result = await running.result
  expect(result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(result.stderr).toContain(`skyvern session close ${SESSION_ID}`)
})
