import { expect, test } from 'vitest'
import { cliFor, KEY, PROFILE_ID, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { CREATE_SESSION } from '../support/routes.ts'

const closeOf = (id: string): string => `POST /v1/browser_sessions/${id}/close`

test.each([
  ['session create --timeout 60', [CREATE_SESSION]],
  ['session exec -- echo ran', [CREATE_SESSION]],
  ['session ensure --name shop', [CREATE_SESSION]],
  [
    `session patch ${SESSION_ID} --generate-browser-profile`,
    [`PATCH /v1/browser_sessions/${SESSION_ID}`],
  ],
  [`session close ${SESSION_ID}`, [closeOf(SESSION_ID)]],
  ['session close pbs_1 pbs_2', [closeOf('pbs_1'), closeOf('pbs_2')]],
  [
    `session close ${SESSION_ID} --save-profile shop`,
    [`PATCH /v1/browser_sessions/${SESSION_ID}`, closeOf(SESSION_ID), 'POST /v1/browser_profiles'],
  ],
  [`task run Read --session ${SESSION_ID}`, ['POST /v1/run/tasks']],
  ['task cancel tsk_1 tsk_2', ['POST /v1/runs/tsk_1/cancel', 'POST /v1/runs/tsk_2/cancel']],
  [`task cancel ${RUN_ID}`, [`POST /v1/runs/${RUN_ID}/cancel`]],
  [`profile update ${PROFILE_ID} --name shop`, [`PATCH /v1/browser_profiles/${PROFILE_ID}`]],
  [
    'profile delete bp_1 bp_2',
    ['DELETE /v1/browser_profiles/bp_1', 'DELETE /v1/browser_profiles/bp_2'],
  ],
  ['api /v1/credentials -f name=shop', ['POST /v1/credentials']],
])('%s --dry-run --json is one array of what would be sent', async (command, requests) => {
  const api = await startApi()
  const cli = cliFor(api, { SKYVERN_API_KEY: undefined })
  // The flags first: behind -- they would be the command's.
  const result = await cli.run(['--dry-run', '--json', ...command.split(' ')])
  expect(result).toMatchObject({ code: 0, stderr: '' })
  const shown = result.json as { method: string; path: string }[]
  expect(shown.map(({ method, path }) => `${method} ${path}`)).toEqual(requests)
  expect(api.requests).toEqual([])
})

test('what a dry run reads is asked for, and what it would write is one array', async () => {
  const active = ['pbs_1', 'pbs_2'].map((id) => session({ browser_session_id: id }))
  const api = await startApi({ 'GET /v1/browser_sessions': { json: active } })
  const result = await cliFor(api).run(['session', 'close', '--all', '--dry-run', '--json'])
  expect(result).toMatchObject({ code: 0, json: [{ method: 'POST' }, { method: 'POST' }] })
  expect(api.requests.map(({ method }) => method)).toEqual(['GET'])
  expect(api.requests[0]?.headers['x-api-key']).toBe(KEY)
})

test('the requests of the others are shown when one of several cannot be told', async () => {
  const api = await startApi()
  const result = await cliFor(api).run('session close pbs_1 till --dry-run --json'.split(' '))
  expect(result).toMatchObject({ code: 5, json: [{ path: '/v1/browser_sessions/pbs_1/close' }] })
  expect(result.error.message).toContain('till')
  expect(api.requests).toEqual([])
})
