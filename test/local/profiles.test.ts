import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memorySite, shareLocal, startLocal } from './support.ts'

const shared = shareLocal()

test('log in once: a profile of a closed session opens the next one with its logins, session cookies too, and without caches', async () => {
  const { folder, call, session, run } = shared()
  const site = await memorySite()
  const first = await session({ generate_browser_profile: true })
  await run({ prompt: 'Extract the cookies', url: `${site}/enter`, browser_session_id: first })
  const from = { name: ' billing ', browser_session_id: first }
  const early = await call('POST', '/v1/browser_profiles', from)
  expect([early.status, early.body['detail']]).toEqual([
    400,
    expect.stringContaining('persisted profile archive'),
  ])
  await call('POST', `/v1/browser_sessions/${first}/close`)
  const kept = readdirSync(join(folder, 'archives', first), { recursive: true }) as string[]
  expect(kept.some((name) => name.endsWith('Cookies'))).toBe(true)
  expect(kept).toContain('.skyvern_session_cookies.json')
  const traces = /Singleton|DevToolsActivePort|Code Cache|GPUCache/
  expect(kept.filter((name) => traces.test(name))).toEqual([])
  const made = await call('POST', '/v1/browser_profiles', from)
  expect(made).toMatchObject({ status: 200, body: { name: 'billing', deleted_at: null } })
  const profile = String(made.body['browser_profile_id'])
  expect(profile).toMatch(/^bp_\d{18}$/)
  expect(readdirSync(join(folder, 'archives'))).not.toContain(first)

  const second = await session({ browser_profile_id: profile })
  const remembered = await run({
    prompt: `Open ${site}/ and extract the cookies`,
    browser_session_id: second,
  })
  expect(remembered['output']).toBe('brief=yes lasting=yes')
  const stored = await run({ prompt: 'Extract the stored', browser_session_id: second })
  expect(stored['output']).toBe('yes')
  await call('POST', `/v1/browser_sessions/${second}/close`)

  const alone = await run({
    prompt: 'Extract the cookies',
    url: site,
    browser_profile_id: profile,
  })
  expect(alone['output']).toBe('brief=yes lasting=yes')
  expect((await call('GET', `/v1/browser_profiles/${profile}/usage`)).body).toEqual({
    workflows: [],
    credentials: [],
    recent_seeded_run_count: 1,
  })
  // A session that was started from a profile saves without being told to.
  const next = await call('POST', '/v1/browser_profiles', {
    name: 'billing 2',
    browser_session_id: second,
  })
  expect(next.status).toBe(200)
})

test('each reason why there is no profile has its own words; a name that two ask for at once is given to one', async () => {
  const { call, session } = shared()
  const create = async (body: object): Promise<unknown[]> => {
    const answer = await call('POST', '/v1/browser_profiles', body)
    return [answer.status, answer.body['detail']]
  }
  const optedOut = await session()
  await call('POST', `/v1/browser_sessions/${optedOut}/close`)
  expect(await create({ name: 'a', browser_session_id: optedOut })).toEqual([
    400,
    expect.stringContaining('not configured to generate a browser profile'),
  ])
  expect(await create({ name: 'a', browser_session_id: 'pbs_1' })).toEqual([
    404,
    'Browser session pbs_1 does not exist or is not live.',
  ])
  expect(await create({ name: 'a', workflow_run_id: 'wr_1' })).toEqual([
    404,
    'WorkflowRun wr_1 not found',
  ])

  const armed = [await session(), await session({ generate_browser_profile: true })]
  await call('PATCH', `/v1/browser_sessions/${armed[0]}`, { generate_browser_profile: true })
  await Promise.all(armed.map((id) => call('POST', `/v1/browser_sessions/${id}/close`)))
  const asked = armed.map((id) => create({ name: 'a', browser_session_id: id }))
  const statuses = (await Promise.all(asked)).map(([status]) => status)
  expect(statuses.toSorted()).toEqual([200, 409])
  const given = armed[statuses.indexOf(200)]
  expect(await create({ name: 'b', browser_session_id: given })).toEqual([
    400,
    expect.stringContaining('saved as a profile only once'),
  ])
  expect(await create({ name: 'a' })).toEqual([
    409,
    "A browser profile named 'a' already exists. Use a different name or delete the existing profile.",
  ])

  const blank = await call('POST', '/v1/browser_profiles', { name: 'blank' })
  const id = String(blank.body['browser_profile_id'])
  const reused = await session({ browser_profile_id: id })
  await call('DELETE', `/v1/browser_profiles/${id}`)
  await call('POST', `/v1/browser_sessions/${reused}/close`)
  expect(await create({ name: 'c', browser_session_id: reused })).toEqual([
    400,
    expect.stringContaining(`reused profile ${id}, whose archive is unavailable`),
  ])
})

test('profiles are listed, found, renamed and deleted', async () => {
  const { folder, call } = await startLocal()
  const create = async (body: object): Promise<string> => {
    const made = await call('POST', '/v1/browser_profiles', body)
    return String(made.body['browser_profile_id'])
  }
  const one = await create({ name: 'one', description: 'First' })
  const two = await create({ name: 'two', proxy_location: 'RESIDENTIAL_ISP' })
  const names = async (query = ''): Promise<unknown> => {
    const rows = (await call('GET', `/v1/browser_profiles${query}`)).body
    return (rows as unknown as { name: string }[]).map((row) => row.name)
  }
  expect(await names()).toEqual(['two', 'one'])
  expect(await names('?search_key=first')).toEqual(['one'])
  expect(await names('?page=2&page_size=1')).toEqual(['one'])
  expect(await names('?managed=true')).toEqual([])
  expect((await call('GET', `/v1/browser_profiles/${two}`)).body).toMatchObject({
    proxy_location: 'RESIDENTIAL_ISP',
    proxy_session_id: expect.stringMatching(/^[0-9a-f]{10}$/),
  })

  const renamed = await call('PATCH', `/v1/browser_profiles/${one}`, { name: 'uno' })
  expect(renamed.body).toMatchObject({ name: 'uno', description: 'First' })
  expect((await call('PATCH', `/v1/browser_profiles/${one}`, { name: 'two' })).status).toBe(409)
  expect((await call('PATCH', `/v1/browser_profiles/${one}`, {})).status).toBe(422)
  const cleared = await call('PATCH', `/v1/browser_profiles/${two}`, { proxy_location: null })
  expect(cleared.body).toMatchObject({ proxy_location: null, proxy_session_id: null })

  const gone = await call('DELETE', `/v1/browser_profiles/${one}`)
  expect([gone.status, gone.text]).toEqual([204, ''])
  const again = await call('DELETE', `/v1/browser_profiles/${one}`)
  expect([again.status, again.body['detail']]).toEqual([
    404,
    `Browser profile ${one} not found for organization o_100000000000000001`,
  ])
  expect(await names()).toEqual(['two'])
  expect(await names('?include_deleted=true')).toEqual(['two', 'uno'])
  expect(await create({ name: 'uno' })).toMatch(/^bp_/)
  for (const bad of [
    {},
    { name: '' },
    { name: 'x', proxy_location: { url: 'http://p' } },
    { name: 'x', browser_session_id: 'pbs_1', workflow_run_id: 'wr_1' },
  ]) {
    expect((await call('POST', '/v1/browser_profiles', bad)).status).toBe(422)
  }
  expect(readdirSync(join(folder, 'profiles'))).toEqual([])
})
