/**
 * Every answer of the embedded backend has the fields of the real server's: what that one answered is in
 * `shapes.json`, written whenever this file runs on it. Its official clients check fields that nobody else looks at.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect } from 'vitest'
import { linesOf } from '../server/api-document.ts'
import type { ApiDocument } from '../server/api-document.ts'
import { contract, page, request, server, sharedSession } from './contract.ts'
import { shapeOf } from './shapes.ts'
import { password } from './site.ts'
import type { Shape } from './shapes.ts'
import { extract, logIn } from './tasking.ts'
import { shapeDifferences } from './differences.ts'

const FILE = new URL('shapes.json', import.meta.url)
const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Shape>

type Fields = Record<string, unknown>

/** Asks, and compares the answer with the one that is recorded under this name; on the real server, records it. */
async function ask(name: string, method: string, path: string, body?: unknown): Promise<Fields> {
  const answer = await request(method, path, body)
  const shape = shapeOf({ status: answer.status, body: answer.body }) as { [key: string]: Shape }
  if (server !== undefined) recorded[name] = { ...shape, status: answer.status }
  else compare(name, { ...shape, status: answer.status })
  return answer.body as Fields
}

function compare(name: string, shape: Shape): void {
  const here = flat(shape)
  const there = flat(recorded[name] ?? null)
  const different = [...new Set([...here.keys(), ...there.keys()])]
    .filter((path) => here.get(path) !== there.get(path))
    .filter((path) => !shapeDifferences.some(([pattern]) => pattern.test(`${name}: ${path}`)))
  const told = different.map((path) => `${path}: ${there.get(path)} → ${here.get(path)}`)
  expect.soft(told, `${name}: the real server → the embedded backend`).toEqual([])
}

/** Every value by its path. */
function flat(shape: Shape, path = ''): Map<string, string> {
  if (typeof shape !== 'object' || shape === null || Object.keys(shape).length === 0) {
    return new Map([[path, JSON.stringify(shape)]])
  }
  const fields = Object.entries(shape).flatMap(([key, field]) => [
    ...flat(field, path === '' ? key : `${path}.${key}`),
  ])
  return new Map(fields)
}

afterAll(() => {
  if (server === undefined) return
  const sorted = Object.entries(recorded).toSorted(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`)
})

async function finished(name: string, runId: string): Promise<Fields> {
  for (;;) {
    const { body } = await request('GET', `/v1/runs/${runId}`)
    if ((body as Fields)['finished_at'] !== null) return ask(name, 'GET', `/v1/runs/${runId}`)
    await sleep(server === undefined ? 50 : 500)
  }
}

const idOf = (fields: Fields): string => String(fields['browser_session_id'])

contract('the fields of a session, from its create to its end', async () => {
  const id = idOf(await ask('session create', 'POST', '/v1/browser_sessions', {}))
  const path = `/v1/browser_sessions/${id}`
  for (;;) {
    if (((await request('GET', path)).body as Fields)['status'] === 'running') break
    await sleep(200)
  }
  await ask('session get', 'GET', path)
  await ask('session list', 'GET', '/v1/browser_sessions')
  await ask('session history', 'GET', '/v1/browser_sessions/history?page_size=1')
  await ask('session update', 'PATCH', path, { generate_browser_profile: true })
  await ask('session extend', 'POST', `${path}/extend`, { additional_minutes: 5 })
  await ask('session extend too far', 'POST', `${path}/extend`, { additional_minutes: 999 })
  await ask('session close', 'POST', `${path}/close`)
  for (;;) {
    if (((await request('GET', path)).body as Fields)['completed_at'] !== null) break
    await sleep(200)
  }
  await ask('session get ended', 'GET', path)
  await ask('session update ended', 'PATCH', path, { generate_browser_profile: false })
  await ask('session extend ended', 'POST', `${path}/extend`, { additional_minutes: 5 })
  await ask('session close ended', 'POST', `${path}/close`)
  const capped = { timeout: 241, extensions: ['ad-blocker'], browser_type: 'chrome' }
  const options = await ask('session create with options', 'POST', '/v1/browser_sessions', capped)
  await request('POST', `/v1/browser_sessions/${idOf(options)}/close`)
})

contract('the fields of a run in a session, from its submit to its end', async () => {
  const id = idOf((await request('POST', '/v1/browser_sessions', {})).body as Fields)
  const inSession = { browser_session_id: id, engine: 'skyvern-2.0' }
  const first = await ask('run submit', 'POST', '/v1/run/tasks', {
    prompt: logIn[0],
    url: page('/login'),
    title: 'Log in',
    max_steps: 10,
    ...inSession,
  })
  await finished('run without output', String(first['run_id']))
  const second = await ask('run submit, no address', 'POST', '/v1/run/tasks', {
    prompt: extract,
    ...inSession,
  })
  const runId = String(second['run_id'])
  await finished('run with output', runId)
  await ask('run cancel, finished', 'POST', `/v1/runs/${runId}/cancel`)
  await ask('run list', 'GET', '/v1/runs?page_size=1')

  const slow = page('/slow?seconds=30')
  const third = await ask('run submit, to cancel', 'POST', '/v1/run/tasks', {
    prompt: 'Wait 1 second',
    url: slow,
    ...inSession,
  })
  await ask('run cancel', 'POST', `/v1/runs/${String(third['run_id'])}/cancel`)
  await finished('run canceled', String(third['run_id']))
  await request('POST', `/v1/browser_sessions/${id}/close`)
  await ask('run submit, session ended', 'POST', '/v1/run/tasks', { prompt: 'x', ...inSession })
})

contract('the fields of a run in a browser of its own', async () => {
  const alone = { prompt: 'Wait 1 second', url: page('/login'), engine: 'skyvern-1.0' }
  const run = await ask('run submit, 1.0', 'POST', '/v1/run/tasks', alone)
  const id = String(run['run_id'])
  await finished('run, 1.0', id)
  await ask('run cancel, finished, 1.0', 'POST', `/v1/runs/${id}/cancel`)
  await ask('run list, 1.0', 'GET', '/v1/runs?run_type=task_v1&page_size=1')
  const { body } = await request('GET', `/v1/runs/${id}/artifacts`)
  const picture = (body as Fields[]).find((item) =>
    String(item['artifact_type']).startsWith('screenshot'),
  )
  await ask('artifact get', 'GET', `/v1/artifacts/${String(picture?.['artifact_id'])}`)
  const types = `artifact_type=${String(picture?.['artifact_type'])}`
  await ask('run artifacts', 'GET', `/v1/runs/${id}/artifacts?${types}`)
  await ask('runs cancel', 'POST', '/v1/runs/cancel', { run_ids: ['tsk_1'] })
})

contract('the fields of a profile', async () => {
  const path = '/v1/browser_profiles'
  const profile = await ask('profile create', 'POST', path, { name: 'shapes', description: 'x' })
  const id = String(profile['browser_profile_id'])
  await ask('profile name taken', 'POST', path, { name: 'shapes' })
  await ask('profile get', 'GET', `${path}/${id}`)
  await ask('profile usage', 'GET', `${path}/${id}/usage`)
  await ask('profile update', 'PATCH', `${path}/${id}`, { name: 'shaped' })
  await ask('profile list', 'GET', `${path}?search_key=shaped&page_size=1`)
  await ask('profile delete', 'DELETE', `${path}/${id}`)
  await ask('profile get deleted', 'GET', `${path}/${id}`)
})

contract('the fields of a credential, and of a log-in with it', async () => {
  const path = '/v1/credentials'
  const account = { username: 'demo@example.com', password }
  const login = { name: 'shapes', credential_type: 'password', credential: account }
  const { credential_id: id } = await ask('credential create', 'POST', path, login)
  const secret = { secret_value: 'x-1', secret_label: 'CRM' }
  const other = { name: 'key', credential_type: 'secret', credential: secret }
  await ask('credential create, secret', 'POST', path, other)
  await ask('credential get', 'GET', `${path}/${String(id)}`)
  await ask('credential list', 'GET', `${path}?search=shapes&page_size=1`)
  const session = await sharedSession()
  const run = await ask('login submit', 'POST', '/v1/run/tasks/login', {
    credential_type: 'skyvern',
    credential_id: id,
    url: page('/members'),
    browser_session_id: session,
  })
  await finished('login run', String(run['run_id']))
  await ask('credential delete', 'POST', `${path}/${String(id)}/delete`)
  await ask('credential delete, deleted', 'POST', `${path}/${String(id)}/delete`)
})

contract('the answers to what is unknown or not in order', async () => {
  await ask('session unknown', 'GET', '/v1/browser_sessions/pbs_1')
  await ask('session close unknown', 'POST', '/v1/browser_sessions/pbs_1/close')
  await ask('session below unknown', 'GET', '/v1/browser_sessions/pbs_1/nothing')
  await ask('session close by GET', 'GET', '/v1/browser_sessions/pbs_1/close')
  await ask('session delete', 'DELETE', '/v1/browser_sessions/pbs_1')
  await ask('session too short', 'POST', '/v1/browser_sessions', { timeout: 4 })
  await ask('run unknown', 'GET', '/v1/runs/tsk_1')
  await ask('run cancel unknown', 'POST', '/v1/runs/tsk_1/cancel')
  await ask('run artifacts unknown', 'GET', '/v1/runs/tsk_1/artifacts')
  await ask('run without prompt', 'POST', '/v1/run/tasks', {})
  await ask('run in unknown session', 'POST', '/v1/run/tasks', {
    prompt: 'x',
    browser_session_id: 'pbs_1',
    engine: 'skyvern-2.0',
  })
  await ask('run list, bad status', 'GET', '/v1/runs?status=done')
  await ask('artifact unknown', 'GET', '/v1/artifacts/a_1')
  await ask('profile unknown', 'GET', '/v1/browser_profiles/bp_1')
  await ask('credential unknown', 'GET', '/v1/credentials/cred_1')
  await ask('login with unknown', 'POST', '/v1/run/tasks/login', {
    credential_type: 'skyvern',
    credential_id: 'cred_1',
  })
  await ask('login without a credential', 'POST', '/v1/run/tasks/login', {
    credential_type: 'skyvern',
  })
  await ask('run timeline unknown', 'GET', '/v1/runs/tsk_1/timeline')
  await ask('file delete unknown', 'DELETE', '/v1/files/file_1')
  await ask('run with unknown file', 'POST', '/v1/run/tasks', { prompt: 'x', file_ids: ['file_1'] })
  await ask('organization', 'GET', '/api/v1/organizations/me')
  await ask('organizations', 'GET', '/api/v1/organizations')
  await ask('version', 'GET', '/v1/version')
  await ask('runtime', 'GET', '/v1/config/runtime')
  await ask('heartbeat', 'GET', '/api/v1/heartbeat')
})

// What a new release can do shows here the day it is tried, beside what was written down of the last; `-u` writes it.
contract('the API document names no route or field that is not written down', async () => {
  const { body } = await request('GET', '/openapi.json')
  const lines = linesOf(body as unknown as ApiDocument)
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../server/api-document.txt')
})
