import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agent, AGENT_ID, cliFor, run, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Routes } from '../support/api.ts'

const RUN = 'POST /v1/run/agents'
const agentRun = (fields: object = {}): object =>
  run({ run_id: 'wr_7', run_type: 'workflow_run', output: { total: 3 }, ...fields })

const routes = (more: Routes = {}): Routes => ({
  'GET /v1/browser_sessions/*': { json: session() },
  'GET /v1/agents': {
    json: [agent(), agent({ workflow_permanent_id: 'wpid_2', title: 'Read invoices of 2025' })],
  },
  'GET /v1/agents/*': { json: agent() },
  [RUN]: { json: agentRun({ status: 'created' }) },
  'GET /v1/runs/*': { json: agentRun() },
  ...more,
})
const IN_SESSION = ['--session', SESSION_ID]

test('an agent is run by its title in a session, with typed parameters, and its output printed', async () => {
  const api = await startApi(routes())
  const given = ['--param', 'who=0042', '--param', 'n=7']
  const result = await cliFor(api).run(['agent', 'run', 'Read invoices', ...given, ...IN_SESSION])
  expect(result).toMatchObject({ code: 0, stdout: '{\n  "total": 3\n}\n' })
  expect(api.sent(RUN)[0]?.body).toEqual({
    agent_id: AGENT_ID,
    parameters: { who: '0042', n: 7 },
    browser_session_id: SESSION_ID,
  })
})

test('parameters come from a file too, and --param overrides it', async () => {
  const api = await startApi(routes())
  const cli = cliFor(api)
  writeFileSync(join(cli.folder, 'p.json'), '{"who":"file","n":1}')
  const given = ['--params', `@${join(cli.folder, 'p.json')}`, '--param', 'n=2']
  await cli.run(['agent', 'run', AGENT_ID, ...given, ...IN_SESSION])
  expect(api.sent(RUN)[0]?.body.parameters).toEqual({ who: 'file', n: 2 })
})

test.each([
  [
    'a parameter that it needs is missing',
    [],
    /needs who\.\nGive:\n {2}--param who=… {3}whose invoices/,
  ],
  [
    'a parameter that it does not have',
    ['--param', 'who=me', '--param', 'whom=you'],
    /has no parameter whom\.\nIt has: who, n/,
  ],
  [
    'a number that is none',
    ['--param', 'who=me', '--param', 'n=many'],
    /--param n takes a whole number/,
  ],
  ['parameters that are no object', ['--params', '[1]'], /--params takes a JSON object/],
  ['parameters that are no JSON', ['--params', '{'], /--params takes JSON/],
])('%s: exit 2, and nothing is submitted', async (_, given, told) => {
  const api = await startApi(routes())
  const result = await cliFor(api).run(['agent', 'run', AGENT_ID, ...given, ...IN_SESSION])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toMatch(told)
  expect(api.sent(RUN)).toEqual([])
})

test('a title that two have is refused with their ids', async () => {
  const twins = [agent(), agent({ workflow_permanent_id: 'wpid_2' })]
  const api = await startApi(routes({ 'GET /v1/agents': { json: twins } }))
  const result = await cliFor(api).run(['agent', 'get', 'Read invoices', '--json'])
  expect(result.code).toBe(6)
  expect(result.error.hint).toContain(`  ${AGENT_ID}\n  wpid_2`)
})

test('a list names what a run must give, and an agent shows each parameter', async () => {
  const api = await startApi(routes())
  const cli = cliFor(api)
  expect((await cli.run(['agent', 'list'])).stdout).toContain(`${AGENT_ID}\tRead invoices\twho\t`)
  const { stdout } = await cli.run(['agent', 'get', AGENT_ID])
  expect(stdout).toContain('--param who\tstring · required · whose invoices\n')
  expect(stdout).toContain('--param n\tinteger · default 3\n')
})

test('a failed attempt that the server repeats is not the end', async () => {
  const attempts = [
    agentRun({ status: 'failed', retry_pending: true, failure_reason: 'first' }),
    agentRun({ status: 'running', attempt: 2 }),
    agentRun(),
  ]
  const api = await startApi(
    routes({ 'GET /v1/runs/*': (_, before) => ({ json: attempts[Math.min(before, 2)] }) }),
  )
  const result = await cliFor(api).run([
    'agent',
    'run',
    AGENT_ID,
    '--param',
    'who=me',
    ...IN_SESSION,
  ])
  expect(result).toMatchObject({ code: 0, stdout: '{\n  "total": 3\n}\n' })
})

test('a server without agents is reported as such', async () => {
  const none = { status: 404, json: { detail: 'Not Found' } }
  const api = await startApi({ 'GET /v1/agents': none })
  const result = await cliFor(api).run(['agent', 'list', '--json'])
  expect(result.code).toBe(1)
  expect(result.error.message).toMatch(
    /does not have GET \/v1\/agents, which needs Skyvern 1\.0\.50 or later\.$/,
  )
})

test('agents and credentials are completed by name and id', async () => {
  const api = await startApi(routes({ 'GET /v1/agents': { json: [agent({ title: 'invoices' })] } }))
  const { stdout } = await cliFor(api).run(['__complete', 'skyvern', 'agent', 'run', ''])
  expect(stdout.split('\n')).toEqual([`invoices\t${AGENT_ID}`, `${AGENT_ID}\tinvoices`, ''])
})
