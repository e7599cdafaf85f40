import { expect, test } from 'vitest'
import { cliFor, PROFILE_ID, profile, startApi } from '../support/api.ts'
import {
  CREATE,
  DELETE,
  LIST,
  PENDING,
  SAVE,
  serverOf,
  UPDATE,
  writes,
} from '../support/save-profile.ts'

test('--replace-profile deletes the old one only when the new one exists, and then takes its name', async () => {
  const api = await startApi(
    serverOf({
      [LIST]: { json: [profile({ browser_profile_id: 'bp_1' })] },
      'GET /v1/browser_profiles/*/usage': {
        json: { workflows: [], credentials: [{ credential_id: 'cred_1', name: 'Shop login' }] },
      },
      [CREATE]: (request, before) =>
        before < 1 ? PENDING : { json: profile({ name: request.body.name }) },
      [DELETE]: { status: 204, text: '' },
      [UPDATE]: ({ body }) => ({ json: profile({ name: body.name }) }),
    }),
  )
  const result = await cliFor(api).run([...SAVE, '--replace-profile'])
  expect(result).toMatchObject({ code: 0, stdout: `${PROFILE_ID}\n` })
  expect(result.stderr).toContain('Shop login')
  expect(writes(api.requests).slice(-4)).toEqual([
    'POST /v1/browser_profiles',
    'POST /v1/browser_profiles',
    'DELETE /v1/browser_profiles/bp_1',
    `PATCH /v1/browser_profiles/${PROFILE_ID}`,
  ])
  expect(api.sent(CREATE)[1]?.body.name).toMatch(/^shop \(new \d+\)$/)
  expect(api.sent(UPDATE)[0]?.body).toEqual({ name: 'shop' })
})

test('a replacement that cannot be created does not change the old profile', async () => {
  const detail = 'This browser session was not configured to generate a browser profile.'
  const api = await startApi(
    serverOf({
      [LIST]: { json: [profile({ browser_profile_id: 'bp_1' })] },
      [CREATE]: { status: 400, json: { detail } },
    }),
  )
  const result = await cliFor(api).run([...SAVE, '--replace-profile', '--json'])
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.error).toMatchObject({ code: 'api_error', http_status: 400 })
  expect(api.sent(CREATE)).toHaveLength(1)
  expect(api.sent(DELETE)).toHaveLength(0)
})

test('an old profile that cannot be deleted is reported, with the id of the new one', async () => {
  const api = await startApi(
    serverOf({
      [LIST]: { json: [profile({ browser_profile_id: 'bp_1' })] },
      [CREATE]: ({ body }) => ({ json: profile({ name: body.name }) }),
      [DELETE]: { status: 403, json: { detail: 'This profile is managed' } },
    }),
  )
  const result = await cliFor(api).run([...SAVE, '--replace-profile', '--json'])
  expect(result.code).toBe(6)
  expect(result.error.message).toContain(PROFILE_ID)
  expect(result.error.hint).toContain(`skyvern profile update ${PROFILE_ID} --name "shop"`)
})
