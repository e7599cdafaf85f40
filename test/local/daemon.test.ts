import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findBackend, logFile, ensureBackend, stopBackend } from '../../src/local/door.ts'
import {
  browsersOf,
  callerOf,
  clientOf,
  eventually,
  gone,
  processesOf,
  startLocal,
  temporaryFolder,
} from './support.ts'

test('three starts at once make one backend, and stopping it ends it and its browsers', async () => {
  const folder = temporaryFolder()
  onTestFinished(async () => void (await stopBackend(folder)))
  const starts = Array.from({ length: 3 }, () => ensureBackend(folder, { env: process.env }))
  const backends = await Promise.all(starts)
  expect(new Set(backends.map(({ pid }) => pid)).size).toBe(1)
  const [backend] = backends
  if (backend === undefined) throw new Error('no backend')
  await gone(() => processesOf(folder).filter((pid) => pid !== backend.pid))
  expect(await findBackend(folder)).toEqual(backend)

  const { session } = clientOf(callerOf(backend))
  await session()
  expect(browsersOf(folder)).not.toEqual([])
  expect(await stopBackend(folder)).toBe(true)
  await gone(() => processesOf(folder))
  expect(await findBackend(folder)).toBeUndefined()
  expect(await stopBackend(folder)).toBe(false)
})

test('kill -9 of the backend leaves no browser; the next one says what became of session and run', async () => {
  const { folder, backend, call, session } = await startLocal()
  const id = await session()
  const request = { prompt: 'Wait 60 seconds', browser_session_id: id, engine: 'skyvern-2.0' }
  const run = (await call('POST', '/v1/run/tasks', request)).body['run_id']
  expect(browsersOf(folder)).not.toEqual([])
  process.kill(backend.pid, 'SIGKILL')
  await gone(() => processesOf(folder))

  const next = await startLocal(folder)
  expect(next.backend.pid).not.toBe(backend.pid)
  expect((await next.call('GET', `/v1/browser_sessions/${id}`)).body).toMatchObject({
    status: 'failed',
    runnable_id: null,
    completed_at: expect.any(String),
  })
  expect((await next.call('GET', `/v1/runs/${run}`)).body).toMatchObject({
    status: 'failed',
    failure_reason: expect.stringContaining('embedded backend ended'),
  })
  expect(readdirSync(join(folder, 'browsers'))).toEqual([])

  // And in the middle of a start of a browser.
  const creating = next.call('POST', '/v1/browser_sessions', {}).catch(() => 'cut off')
  await eventually(() => (browsersOf(folder).length > 0 ? true : undefined))
  process.kill(next.backend.pid, 'SIGKILL')
  expect(await creating).toBe('cut off')
  await gone(() => processesOf(folder))
})

test('SIGTERM closes the sessions in order, and what has been is remembered over a restart', async () => {
  const { folder, backend, session, run } = await startLocal()
  const browser_session_id = await session({ generate_browser_profile: true })
  const ids = []
  for (const engine of ['skyvern-2.0', 'skyvern-1.0', 'skyvern-2.0', 'skyvern-1.0']) {
    const done = await run({ prompt: 'Wait 0 seconds', browser_session_id, engine })
    ids.unshift(done['run_id'])
  }
  process.kill(backend.pid, 'SIGTERM')
  await gone(() => processesOf(folder))
  const next = await startLocal(folder)
  expect((await next.call('GET', `/v1/browser_sessions/${browser_session_id}`)).body).toMatchObject(
    { status: 'completed' },
  )
  const runs = (await next.call('GET', '/v1/runs')).body as unknown as { run_id: string }[]
  expect(runs.map(({ run_id }) => run_id)).toEqual(ids)
  const artifacts = await next.call('GET', `/v1/runs/${ids[0]}/artifacts`)
  const [picture] = artifacts.body as unknown as [{ artifact_id: string }]
  expect((await next.call('GET', `/v1/artifacts/${picture.artifact_id}/content`)).status).toBe(200)
  const profile = { name: 'kept', browser_session_id }
  expect((await next.call('POST', '/v1/browser_profiles', profile)).status).toBe(200)
})

test('a folder that others can write to is refused', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  await expect(ensureBackend(folder, { env: process.env })).rejects.toMatchObject({
    code: 'unsafe_folder',
    message: expect.stringContaining(folder),
  })
})

test('without a browser the error says what to install here, and nothing is started', async () => {
  const folder = temporaryFolder()
  await expect(ensureBackend(folder, { env: { CHROME_PATH: '/nowhere' } })).rejects.toMatchObject({
    code: 'no_browser',
    message: expect.stringContaining('/nowhere'),
    hint: expect.stringMatching(/chrom/i),
  })
  expect(processesOf(folder)).toEqual([])
})

test('whoever took over a remembered port is not shown the key', async () => {
  const { folder, backend } = await startLocal()
  const remembered = readFileSync(join(folder, 'daemon.json'), 'utf8')
  await stopBackend(folder)
  const heard: string[] = []
  const impostor = createServer((request, response) => {
    heard.push(JSON.stringify(request.headers))
    response.setHeader('x-proof', 'ab'.repeat(32)).end('Server is running.')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void impostor.close())
  await new Promise((resolve) => impostor.once('listening', resolve))
  const { port } = impostor.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify({ ...JSON.parse(remembered), baseUrl }))
  expect(await findBackend(folder)).toBeUndefined()
  expect(heard).toHaveLength(1)
  expect(heard.join()).not.toContain(backend.apiKey)
})

test('a port can be chosen, and a taken one is reported', async () => {
  const folder = temporaryFolder()
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  await expect(ensureBackend(folder, { port, env: process.env })).rejects.toMatchObject({
    code: 'start_failed',
    hint: expect.stringContaining(logFile(folder)),
  })
  expect(readFileSync(logFile(folder), 'utf8')).toContain('EADDRINUSE')
  await new Promise((resolve) => other.close(resolve))
  onTestFinished(async () => void (await stopBackend(folder)))
  const backend = await ensureBackend(folder, { port, env: process.env })
  expect(new URL(backend.baseUrl).port).toBe(String(port))
})

/** As if an earlier release had started it. */
function age(folder: string): void {
  const file = join(folder, 'daemon.json')
  const described = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...described, version: '0.0.1' }))
}

test('a backend of another version is replaced when it has nothing to do, and told while it has', async () => {
  const { folder, backend, session, call } = await startLocal()
  const id = await session()
  age(folder)
  const told: string[] = []
  const options = { env: process.env, onOtherVersion: (text: string) => told.push(text) }
  expect((await ensureBackend(folder, options)).pid).toBe(backend.pid)
  expect(told).toEqual([expect.stringContaining('0.0.1')])
  await call('POST', `/v1/browser_sessions/${id}/close`)
  const next = await ensureBackend(folder, options)
  expect(next.pid).not.toBe(backend.pid)
  expect(next.baseUrl).toBe(backend.baseUrl)
  expect(told).toHaveLength(1)
})

test.runIf(process.platform === 'linux')(
  'a backend that was suspended is reported as such, and can be ended',
  async () => {
    const { folder, backend } = await startLocal()
    process.kill(backend.pid, 'SIGSTOP')
    onTestFinished(
      () =>
        void [backend.pid]
          .filter((pid) => processesOf(folder).includes(pid))
          .map((pid) => process.kill(pid, 'SIGCONT')),
    )
    await expect(ensureBackend(folder, { env: process.env })).rejects.toThrow('is stopped')
    expect(await stopBackend(folder)).toBe(true)
    await gone(() => processesOf(folder))
  },
)

test('its files are for the user alone, its key is in one of them only; a session that cannot be written down leaves no browser', async () => {
  const { folder, backend, call } = await startLocal()
  await call('GET', '/v1/browser_sessions')
  await call('POST', '/v1/browser_sessions/pbs_1/close')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const withKey = files.filter((entry) => {
    const path = join(entry.parentPath, entry.name)
    expect(statSync(path).mode & 0o077).toBe(0)
    return readFileSync(path, 'utf8').includes(backend.apiKey)
  })
  expect(withKey.map((entry) => entry.name)).toEqual(['daemon.json'])
  const commandLine = readFileSync(`/proc/${backend.pid}/cmdline`, 'utf8')
  expect(commandLine).not.toContain(backend.apiKey)
  // The answer may come before the line in the log.
  const line = 'POST /v1/browser_sessions/pbs_1/close 404'
  await eventually(() => readFileSync(logFile(folder), 'utf8').includes(line) || undefined)

  const records = join(folder, 'records', 'sessions')
  rmSync(records, { recursive: true })
  writeFileSync(records, '')
  expect((await call('POST', '/v1/browser_sessions', {})).status).toBe(500)
  await eventually(() => (browsersOf(folder).length === 0 ? true : undefined))
  expect((await call('GET', '/v1/browser_sessions')).text).toBe('[]')
})
