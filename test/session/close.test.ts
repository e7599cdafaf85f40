import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, endedSession, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Recorded, Reply, Routes } from '../support/api.ts'
import { startSessions } from '../support/sessions.ts'
import { CLOSE_SESSION, GET_SESSION } from '../support/routes.ts'
import { currentOf, openBefore, openElsewhere } from '../support/scene.ts'

const idIn = (path: string): string => path.split('/').at(-1) ?? ''

const closes: Routes = {
  [CLOSE_SESSION]: { json: { message: 'Browser session closed' } },
  [GET_SESSION]: ({ path }) => ({ json: endedSession({ browser_session_id: idIn(path) }) }),
}
const UNKNOWN = { status: 404, json: { detail: `Browser session ${SESSION_ID} not found` } }

test('close polls until the session has ended, and then forgets it', async () => {
  const api = await startApi({
    'POST /v1/browser_sessions': { json: session() },
    [CLOSE_SESSION]: { json: {} },
    [GET_SESSION]: (_, before) => ({ json: before < 2 ? session() : endedSession() }),
  })
  const cli = cliFor(api)
  await openBefore(cli, api)
  const result = await cli.run(['session', 'close'])
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(result.stderr).toContain(`Session ${SESSION_ID} completed`)
  expect(api.sent(GET_SESSION)).toHaveLength(3)
  expect(currentOf(cli, api)).toBeUndefined()
})

test('a close that is not confirmed: exit 75, and the session stays the current one', async () => {
  const api = await startApi({
    'POST /v1/browser_sessions': { json: session() },
    [CLOSE_SESSION]: { json: {} },
    [GET_SESSION]: { json: session() },
  })
  const cli = cliFor(api)
  await openBefore(cli, api)
  const result = await cli.run(['session', 'close', '--wait-timeout', '1s', '--json'])
  expect(result).toMatchObject({ code: 75, stdout: '' })
  expect(result.error).toMatchObject({ code: 'close_unconfirmed', session_id: SESSION_ID })
  expect(currentOf(cli, api)).toBe(SESSION_ID)
})

test('a close whose answer is lost is sent again, and the end is verified', async () => {
  const api = await startApi({ ...closes, [CLOSE_SESSION]: 'drop' })
  const result = await cliFor(api).run(['session', 'close', SESSION_ID])
  expect(result.code).toBe(0)
  expect(api.sent(CLOSE_SESSION)).toHaveLength(3)
})

test('a session that the server does not know: 5, or 0 with --ignore-missing', async () => {
  const api = await startApi({ [CLOSE_SESSION]: UNKNOWN })
  const cli = cliFor(api)
  expect((await cli.run(['session', 'close', SESSION_ID])).code).toBe(5)
  expect((await cli.run(['session', 'close', SESSION_ID, '--ignore-missing'])).code).toBe(0)
})

test('a 404 about something else does not count as a close', async () => {
  const api = await startApi({ [CLOSE_SESSION]: { status: 404, json: { detail: 'Not Found' } } })
  const result = await cliFor(api).run(['session', 'close', SESSION_ID, '--ignore-missing'])
  expect(result.code).not.toBe(0)
})

test('closing another session leaves the current one remembered', async () => {
  const api = await startApi({ 'POST /v1/browser_sessions': { json: session() }, ...closes })
  const cli = cliFor(api)
  await openBefore(cli, api)
  expect((await cli.run(['session', 'close', 'pbs_2'])).code).toBe(0)
  expect(currentOf(cli, api)).toBe(SESSION_ID)
})

test('several at once: each is reported, and what may still bill decides the exit status', async () => {
  const api = await startApi({
    [CLOSE_SESSION]: { json: {} },
    [GET_SESSION]: ({ path }) => {
      const id = { browser_session_id: idIn(path) }
      return { json: path.endsWith('pbs_2') ? session(id) : endedSession(id) }
    },
  })
  const args = ['session', 'close', 'pbs_1', 'pbs_2', 'pbs_3', '--wait-timeout', '0.5s']
  const result = await cliFor(api).run(args)
  expect(result.code).toBe(75)
  expect(api.sent(CLOSE_SESSION)).toHaveLength(3)
  expect(result.stderr).toContain('pbs_2')
})

test('--mine closes what this machine created, and nothing else', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const foreign = await openElsewhere(api)
  await openBefore(cli, api)
  await openBefore(cli, api)
  expect((await cli.run(['session', 'close', '--mine'])).code).toBe(0)
  expect(api.open()).toEqual([foreign])
  expect(api.closes()).toEqual([0, 1, 1])
  expect((await cli.run(['session', 'close', '--mine'])).stderr).toContain('No open sessions')
  const none = await cli.run(['session', 'close', '--mine', '--json'])
  expect(none).toMatchObject({ code: 0, json: [] })
})

test('--all --yes closes every active session of the organization', async () => {
  const active = ['pbs_1', 'pbs_2'].map((id) => session({ browser_session_id: id }))
  const api = await startApi({ 'GET /v1/browser_sessions': { json: active }, ...closes })
  const result = await cliFor(api).run(['session', 'close', '--all', '--yes', '--json'])
  expect(result.code).toBe(0)
  expect(result.json).toHaveLength(2)
  expect(api.sent(CLOSE_SESSION)).toHaveLength(2)
})

test('an unknown name does not keep the other sessions open; --ignore-missing ignores it', async () => {
  const api = await startApi(closes)
  const cli = cliFor(api)
  const both = await cli.run(['session', 'close', 'shop', SESSION_ID, 'till', '--json'])
  expect(both).toMatchObject({ code: 5, json: [{ browser_session_id: SESSION_ID }] })
  expect(both.stderr).toContain('shop')
  expect(both.stderr).toContain('till')
  expect(api.sent(CLOSE_SESSION)).toHaveLength(1)
  const forgiven = await cli.run(['session', 'close', 'shop', '--ignore-missing'])
  expect(forgiven.code).toBe(0)
  expect(forgiven.stderr).toContain('No session is named "shop" here.')
})

/** A machine that has opened so many, as its ledger says; the server counts how many requests it has at a time. */
async function startMany(count: number) {
  const api = await startSessions()
  const cli = cliFor(api)
  const ledger = join(cli.folder, 'ledger')
  mkdirSync(ledger)
  for (let index = 0; index < count; index++) {
    const id = `pbs_${index}`
    api.sessions.set(id, {
      browser_session_id: id,
      ...session({ browser_session_id: id }),
    } as never)
    const entry = { origin: api.url, scope: '', session_id: id, opened_at: Date.now() - index }
    writeFileSync(join(ledger, `${index}.json`), JSON.stringify(entry))
  }
  const busy = { now: 0, most: 0 }
  const close = api.routes[CLOSE_SESSION] as (request: Recorded, before: number) => Reply
  api.routes[CLOSE_SESSION] = async (request, before) => {
    busy.most = Math.max(busy.most, ++busy.now)
    await new Promise((resolve) => setTimeout(resolve, 30))
    busy.now--
    return close(request, before)
  }
  return { api, cli, ledger, busy }
}

test('many are closed ten at a time, each once, and each is forgotten', async () => {
  const { api, cli, ledger, busy } = await startMany(35)
  const result = await cli.run(['session', 'close', '--mine', '--json'])
  expect(result.code).toBe(0)
  expect(result.json).toHaveLength(35)
  expect(api.open()).toEqual([])
  expect(api.closes()).toEqual(Array.from({ length: 35 }, () => 1))
  expect(busy.most).toBe(10)
  expect(readdirSync(ledger)).toEqual([])
})

test('of many, those that do not close are reported, stay in the ledger, and do not keep the others open', async () => {
  const { api, cli, ledger } = await startMany(12)
  const close = api.routes[CLOSE_SESSION] as (request: Recorded, before: number) => Reply
  api.routes[CLOSE_SESSION] = (request, before) =>
    request.path.endsWith('/pbs_3/close') ? { status: 422, json: {} } : close(request, before)
  const result = await cli.run(['session', 'close', '--mine'])
  expect(result.code).toBe(1)
  expect(api.open()).toEqual(['pbs_3'])
  expect(readdirSync(ledger)).toEqual(['3.json'])
})

test('a signal among many names those whose end is not confirmed', async () => {
  const { api, cli } = await startMany(3)
  const close = api.routes[CLOSE_SESSION] as (request: Recorded, before: number) => Reply
  const running = cli.start(['session', 'close', '--mine', '-q'])
  api.routes[CLOSE_SESSION] = (request, before) => {
    if (!request.path.endsWith('/pbs_1/close')) return close(request, before)
    setTimeout(() => running.child.kill('SIGTERM'), 300)
    return 'hang'
  }
  const { signal, stderr } = await running.result
  expect(signal).toBe('SIGTERM')
  expect(stderr).toContain('skyvern session close pbs_1')
})
