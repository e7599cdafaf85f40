/** Answers that leave open whether it happened: never sent again, looked for, and exit 75. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, naiveTime, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { HURRIED } from '../support/cli.ts'
import type { Routes } from '../support/api.ts'
import { CREATE_PROFILE, CREATE_SESSION, EXTEND_SESSION, SUBMIT_TASK } from '../support/routes.ts'

const LISTS: Routes = {
  'GET /v1/browser_sessions': () => ({ json: [session({ created_at: naiveTime() })] }),
  'GET /v1/runs': () => ({ json: [run({ created_at: naiveTime() })] }),
  'GET /v1/browser_sessions/*': { json: session({ timeout: 120 }) },
}

/** What a gateway answers when it, or we, hung up too early, and what no server should answer. */
const OPEN_STATUSES = [425, 460, 520, 600]
/** The server understood, and declined. */
const REFUSALS = [409, 451]

const WRITES: [name: string, args: string[], route: string, code: string, statuses: number[]][] = [
  ['create', ['session', 'create'], CREATE_SESSION, 'create_unconfirmed', OPEN_STATUSES],
  [
    'submit',
    ['task', 'run', 'x', '--no-session', '--no-wait'],
    SUBMIT_TASK,
    'create_unconfirmed',
    [408, 999],
  ],
  [
    'extend',
    ['session', 'extend', SESSION_ID, '--by', '30'],
    EXTEND_SESSION,
    'extend_unconfirmed',
    [425],
  ],
]

test.each(WRITES)('a %s that is in doubt', async (_, args, route, code, statuses) => {
  await Promise.all(
    statuses.map(async (status) => {
      const api = await startApi({ ...LISTS, [route]: { status, text: '<html>' } })
      const cli = cliFor(api)
      const result = await cli.run([...args, '--json'])
      expect(result).toMatchObject({ code: 75, stdout: '' })
      expect(result.error).toMatchObject({ code, http_status: status, retryable: false })
      expect(api.sent(route)).toHaveLength(1)
      // The entry of the create is kept: `session prune` names what it may have brought.
      if (route === CREATE_SESSION) expect(readdirSync(join(cli.folder, 'ledger'))).toHaveLength(1)
    }),
  )
})

test.each(REFUSALS)('a create answered %i was refused: no look, no entry kept', async (status) => {
  const api = await startApi({ ...LISTS, [CREATE_SESSION]: { status, json: { detail: 'No' } } })
  const cli = cliFor(api)
  const result = await cli.run(['session', 'create', '--json'])
  expect(result.code).not.toBe(75)
  expect(result.error.http_status).toBe(status)
  expect(api.requests).toHaveLength(1)
  expect(readdirSync(join(cli.folder, 'ledger'))).toEqual([])
})

test('a profile create that ends in a cut or a 408 and is not listed: exit 75', async () => {
  const results = ['drop' as const, { status: 408 }].map(async (reply) => {
    const api = await startApi({
      [CREATE_PROFILE]: reply,
      'GET /v1/browser_profiles': { json: [] },
    })
    const result = await cliFor(api, HURRIED).run(['profile', 'create', 'shop', '--json'])
    expect(result).toMatchObject({ code: 75, stdout: '' })
    expect(result.error).toMatchObject({ code: 'create_unconfirmed', retryable: false })
    expect(result.error.hint).toContain('skyvern profile list')
    expect(api.sent(CREATE_PROFILE)).toHaveLength(1)
  })
  await Promise.all(results)
})

test('when every look fails, the error says that no list could be read', async () => {
  const failing = { status: 502, text: '<html>' }
  const api = await startApi({
    [CREATE_SESSION]: 'drop',
    [SUBMIT_TASK]: 'drop',
    'GET /v1/browser_sessions': failing,
    'GET /v1/runs': failing,
  })
  const cli = cliFor(api, HURRIED)
  const results = await Promise.all(
    WRITES.slice(0, 2).map(([, args]) => cli.run([...args, '--json'])),
  )
  for (const { code, error } of results) {
    expect(code).toBe(75)
    expect(error.hint).toMatch(/^No list of \w+ could be read either: .* answered 502/)
    expect(error.hint).not.toContain('is listed so far')
  }
})

test('an extend whose answer is lost says how much time the session has now', async () => {
  const api = await startApi({ ...LISTS, [EXTEND_SESSION]: 'drop' })
  const extend = ['session', 'extend', SESSION_ID, '--by', '30', '--json']
  const result = await cliFor(api).run(extend)
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'extend_unconfirmed', session_id: SESSION_ID })
  expect(result.error.message).toContain('It lives 120 min in all')
  api.routes['GET /v1/browser_sessions/*'] = 'drop'
  const blind = await cliFor(api).run([...extend, '--max-retries', '0'])
  expect(blind.code).toBe(75)
  expect(blind.error.message).toContain('could not be read either')
})

test('a task is found by its session and its prompt, because skyvern-2.0 drops titles', async () => {
  const prompts: Record<string, string> = { wr_1: 'Other', wr_2: 'Ours', wr_3: 'Ours' }
  const made: Record<string, number> = { wr_1: 0, wr_2: 0, wr_3: -60 }
  const api = await startApi({
    [SUBMIT_TASK]: 'drop',
    'GET /v1/browser_sessions/*': { json: session() },
    'GET /v1/runs': ({ query }) => ({
      json:
        query['search_key']?.[0] === SESSION_ID
          ? Object.keys(made).map((id) =>
              run({ run_id: id, title: null, created_at: naiveTime(made[id]) }),
            )
          : [run({ run_id: 'tsk_elsewhere', created_at: naiveTime() })],
    }),
    'GET /v1/runs/*': ({ path }) => {
      const id = path.split('/').at(-1) ?? ''
      return {
        json: run({
          run_id: id.replace('wr_', 'tsk_v2_'),
          app_url: `https://app.example.com/runs/${id}`,
          run_request: { prompt: prompts[id] ?? '' },
        }),
      }
    },
  })
  const task = ['task', 'run', 'Ours', '--session', SESSION_ID, '--title', 'nightly', '--json']
  const result = await cliFor(api).run(task)
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error.possible_runs).toEqual(['tsk_v2_2'])
})

test('a run whose prompt cannot be seen is named too', async () => {
  const api = await startApi({
    [SUBMIT_TASK]: 'drop',
    'GET /v1/runs': () => ({ json: [run({ created_at: naiveTime() })] }),
    'GET /v1/runs/*': { status: 422, json: { detail: 'x' } },
  })
  const task = ['task', 'run', 'x', '--no-session', '--title', 'nightly', '--json']
  expect((await cliFor(api).run(task)).error.possible_runs).toEqual([RUN_ID])
})

test('any other write that may have been carried out is not called retryable', async () => {
  const api = await startApi({ 'DELETE /v1/browser_profiles/*': 'drop' })
  const write = ['api', '/v1/browser_profiles/bp_1', '-X', 'DELETE', '--json']
  const result = await cliFor(api).run(write)
  expect(result.error).toMatchObject({ code: 'network', retryable: false })
  expect(result.error.hint).toContain('may have been carried out')
  const read = await cliFor(await startApi({ 'GET /v1/x': 'drop' })).run(['api', '/v1/x', '--json'])
  expect(read.error).toMatchObject({ code: 'network', retryable: true })
})
