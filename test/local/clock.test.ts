/** What ends by itself. The backend runs inside the test, for it alone to hold the clock. */
import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../../src/local/backend.ts'
import type { RunningBackend } from '../../src/local/backend.ts'
import { findBrowser } from '../../src/local/door.ts'
import { prepareHome } from '../../src/local/home.ts'
import { attach } from '../support/cdp.ts'
import {
  browsersOf,
  callerOf,
  clientOf,
  eventually,
  finalRun,
  gone,
  temporaryFolder,
} from './support.ts'
import type { Local } from './support.ts'

interface Clocked extends Pick<Local, 'folder' | 'call' | 'session' | 'run'> {
  running: RunningBackend
  pass(minutes: number): void
}

async function startClocked(): Promise<Clocked> {
  const folder = temporaryFolder()
  const key = randomBytes(16).toString('hex')
  let later = 0
  const running = await startBackend({
    home: prepareHome(folder),
    port: 0,
    key,
    version: '0',
    demoUrl: '',
    program: () => findBrowser(process.env),
    now: () => Date.now() + later,
    log: () => {},
  })
  onTestFinished(() => running.stop())
  const client = clientOf(callerOf({ baseUrl: running.baseUrl, apiKey: key }))
  return { folder, running, ...client, pass: (minutes) => void (later += minutes * 60_000) }
}

test('a session ends when its minutes are over, browser, run and all', async () => {
  const { folder, call, session, pass } = await startClocked()
  const id = await session({ timeout: 5 })
  const longer = await session({ timeout: 6 })
  const request = { prompt: 'Wait 60 seconds', browser_session_id: id, engine: 'skyvern-2.0' }
  const run = String((await call('POST', '/v1/run/tasks', request)).body['run_id'])
  const { body } = await call('GET', `/v1/browser_sessions/${id}`)
  const client = await attach(String(body['browser_address']))
  pass(5)
  expect(await client.closed).toMatchObject({ code: 4408 })
  const ended = await eventually(async () => {
    const { body } = await call('GET', `/v1/browser_sessions/${id}`)
    return body['completed_at'] === null ? undefined : body
  })
  expect(ended).toMatchObject({ status: 'timeout' })
  await gone(() => browsersOf(folder, id))
  expect(await finalRun(call, run)).toMatchObject({ status: 'failed' })
  expect((await call('GET', `/v1/browser_sessions/${longer}`)).body).toMatchObject({
    status: 'running',
  })
})

test('it is idle after a quarter of an hour of nothing, and never while a browser is open', async () => {
  const { running, call, session, pass } = await startClocked()
  const id = await session({ timeout: 240 })
  let isIdle = false
  void running.idle.then(() => (isIdle = true))
  pass(16)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(isIdle).toBe(false)
  await call('POST', `/v1/browser_sessions/${id}/close`)
  pass(16)
  await running.idle
})

test('sessions of more than a day ago are only in the history, of more than a week ago in neither', async () => {
  const { call, session, pass } = await startClocked()
  await session({ timeout: null })
  const count = async (path: string): Promise<number> =>
    ((await call('GET', path)).body as unknown as unknown[]).length
  pass(25 * 60)
  expect(await count('/v1/browser_sessions')).toBe(0)
  expect(await count('/v1/browser_sessions/history')).toBe(1)
  pass(7 * 24 * 60)
  expect(await count('/v1/browser_sessions/history')).toBe(0)
})
