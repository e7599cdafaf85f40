import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, KEY, naiveTime, RUN_ID } from '../support/api.ts'
import type { Reply } from '../support/api.ts'
import type { Cli } from '../support/cli.ts'
import { openBefore, openElsewhere } from '../support/scene.ts'
import { CLOSE, CREATE, GET, LIST, startSessions } from '../support/sessions.ts'
import type { SessionServer } from '../support/sessions.ts'

const PRUNE = ['session', 'prune', '--older-than', '2h']

test('it closes what this machine opened, is old and still open, the current one included', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const foreign = await openElsewhere(api)
  const ids = await openSome(cli, api, 3)
  const [old = '', young = '', ended = ''] = ids
  age(api, [foreign, old, ended], 3)
  Object.assign(api.sessions.get(ended) ?? {}, { status: 'timeout' })
  const result = await cli.run([...PRUNE, '--json'])
  expect(result.code).toBe(0)
  expect(result.json).toMatchObject([{ browser_session_id: old, status: 'completed' }])
  expect(api.open()).toEqual([foreign, young])
  // The entry of the one that ended by itself is gone too.
  expect(readdirSync(join(cli.folder, 'ledger'))).toHaveLength(1)
  expect((await cli.run([...PRUNE, '--json'])).json).toEqual([])
})

test('--idle leaves the busy ones', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [busy = '', idle = ''] = await openSome(cli, api, 2)
  age(api, [busy, idle], 3)
  Object.assign(api.sessions.get(busy) ?? {}, { runnable_id: RUN_ID })
  expect((await cli.run([...PRUNE, '--idle'])).code).toBe(0)
  expect(api.open()).toEqual([busy])
})

test('--server closes sessions of the whole organization, after a question', async () => {
  const api = await startSessions()
  const ids = [await openElsewhere(api), await openElsewhere(api)]
  age(api, ids.slice(0, 1), 3)
  const cli = cliFor(api)
  const unasked = await cli.run([...PRUNE, '--server'])
  expect(unasked.code).toBe(2)
  expect(unasked.stderr).toContain(ids[0])
  expect(api.open()).toEqual(ids)
  expect((await cli.run([...PRUNE, '--server', '--yes'])).code).toBe(0)
  expect(api.open()).toEqual(ids.slice(1))
})

test('--dry-run reads, and closes nothing', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [id = ''] = await openSome(cli, api, 1)
  age(api, [id], 3)
  const result = await cli.run([...PRUNE, '--dry-run'])
  expect(result).toMatchObject({ code: 0, stdout: `${id}\t3 h\tidle\n` })
  expect(api.sent(CLOSE)).toHaveLength(0)
  expect(api.requests.at(-1)?.headers['x-api-key']).toBe(KEY)
})

test('an age is needed, with its unit', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  expect((await cli.run(['session', 'prune'])).code).toBe(2)
  expect((await cli.run(['session', 'prune', '--older-than', '2'])).code).toBe(2)
  expect(api.requests).toHaveLength(0)
})

test('a session that will not close is 75, and stays in the ledger', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [id = '', other = ''] = await openSome(cli, api, 2)
  age(api, [id, other], 3)
  const close = api.routes[CLOSE]
  api.routes[CLOSE] = ({ path }) =>
    path.includes(id) ? { status: 500, text: 'oops' } : (close ?? 'drop')
  const result = await cli.run([...PRUNE, '--wait-timeout', '1', '--max-retries', '0', '--json'])
  expect(result).toMatchObject({ code: 75 })
  expect(result.error).toMatchObject({ code: 'close_unconfirmed', session_id: id })
  expect(result.json).toMatchObject([{ browser_session_id: other }])
  expect((await cli.run([...PRUNE, '--dry-run', '-q'])).stdout).toBe(`${id}\n`)
})

test('sessions that a lost create may have created are named, not closed, until they have ended', async () => {
  const api = await startSessions()
  const made = api.routes[CREATE]
  const cli = cliFor(api)
  api.routes[CREATE] = async (request, before): Promise<Reply> => {
    if (typeof made === 'function') await made(request, before)
    return 'drop'
  }
  expect((await cli.run(['session', 'create'])).code).toBe(75)
  const [id = ''] = api.open()
  const pruned = await cli.run(['session', 'prune', '--older-than', '0s'])
  expect(pruned.code).toBe(0)
  expect(pruned.stderr).toContain(`skyvern session close ${id}`)
  expect(api.open()).toEqual([id])
  // A name is not blocked by it either.
  api.routes[CREATE] = made ?? 'drop'
  expect((await cli.run(['session', 'create', '--name', 'x'])).code).toBe(0)
})

test('a create that is answered while prune looks is not called lost', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [id = ''] = await openSome(cli, api, 1)
  const [file = ''] = readdirSync(join(cli.folder, 'ledger'))
  const path = join(cli.folder, 'ledger', file)
  const complete = readFileSync(path, 'utf8')
  // As it stood before its answer, from a process that has gone since.
  writeFileSync(path, JSON.stringify({ ...JSON.parse(complete), session_id: undefined }))
  const list = api.routes[LIST]
  api.routes[LIST] = (request, before) => {
    writeFileSync(path, complete)
    return typeof list === 'function' ? list(request, before) : 'drop'
  }
  const result = await cli.run([...PRUNE, '--json'])
  expect(result).toMatchObject({ code: 0, json: [] })
  expect(result.stderr).not.toContain('was lost')
  expect(api.open()).toEqual([id])
})

test.each([5, -5])(
  'sessions of a lost create are found by the time of the server: the clock of this machine was %i h off',
  async (hours) => {
    const api = await startSessions()
    const cli = cliFor(api)
    const made = api.routes[CREATE]
    api.routes[CREATE] = async (request, before): Promise<Reply> => {
      if (typeof made === 'function') await made(request, before)
      return 'drop'
    }
    const clock = join(cli.folder, 'clock.cjs')
    writeFileSync(clock, `const now = Date.now; Date.now = () => now() + ${hours * 3600_000}`)
    const env = { NODE_OPTIONS: `--require ${clock}` }
    expect((await cli.run(['session', 'create'], { env })).code).toBe(75)
    const [id = ''] = api.open()
    // The clock is right again.
    const pruned = await cli.run(['session', 'prune', '--older-than', '0s'])
    expect(pruned.stderr).toContain(`skyvern session close ${id}`)
  },
)

test('close --mine ignores sessions that have ended or are unknown by now', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [ended = '', unknown = '', open = ''] = await openSome(cli, api, 3)
  Object.assign(api.sessions.get(ended) ?? {}, { status: 'timeout' })
  api.sessions.delete(unknown)
  const result = await cli.run(['session', 'close', '--mine', '--json'])
  expect(result.json).toMatchObject([{ browser_session_id: open }])
  expect(api.closes()).toEqual([0, 1])
})

test('a session that the server cannot show does not keep the others open', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [odd = '', open = '', other = ''] = await openSome(cli, api, 3)
  age(api, [open], 3)
  Object.assign(api.sessions.get(odd) ?? {}, { status: 'completed' })
  const look = api.routes[GET]
  api.routes[GET] = ({ path }) =>
    path.endsWith(odd) ? { status: 503, json: { detail: 'later' } } : (look ?? 'drop')
  const pruned = await cli.run([...PRUNE, '--max-retries', '0', '--json'])
  expect(pruned).toMatchObject({ code: 1, json: [{ browser_session_id: open }] })
  expect(pruned.error).toMatchObject({ code: 'api_error', session_id: odd })
  const closed = await cli.run(['session', 'close', '--mine', '--max-retries', '0', '--json'])
  expect(closed).toMatchObject({ code: 1, json: [{ browser_session_id: other }] })
  expect(api.open()).toEqual([])
})

test('a session that is missing from the list, as with another key, stays in the ledger', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [id = ''] = await openSome(cli, api, 1)
  const [file = ''] = readdirSync(join(cli.folder, 'ledger'))
  const path = join(cli.folder, 'ledger', file)
  const entry = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...entry, opened_at: entry.opened_at - 1800_000 }))
  const all = api.routes[LIST] ?? 'drop'
  api.routes[LIST] = { json: [] }
  expect((await cli.run(['session', 'list'])).code).toBe(0)
  api.routes[LIST] = all
  expect((await cli.run(['session', 'close', '--mine', '--json'])).json).toMatchObject([
    { browser_session_id: id },
  ])
})

test('list says which sessions of this machine may be forgotten, without a further request', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const [old = ''] = await openSome(cli, api, 2)
  expect((await cli.run(['session', 'list'])).stderr).not.toContain('forgotten')
  age(api, [old], 3)
  const listed = await cli.run(['session', 'list'])
  expect(listed.stderr).toContain(`forgotten: skyvern session close ${old}`)
  expect(api.requests).toHaveLength(2)
  expect(api.sent(LIST)).toHaveLength(2)
  expect((await cli.run(['session', 'list', '-q'])).stderr).toBe('')
})

test('the next create names what a killed exec left open, and prune closes it', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const running = cli.start(['session', 'exec', '--', 'sh', '-c', 'echo up $$ >&2; exec sleep 300'])
  await running.said('up')
  const [id = ''] = api.open()
  expect((await cli.run(['session', 'create'])).stderr).not.toContain(id)
  running.child.kill('SIGKILL')
  process.kill(Number(/up (\d+)/.exec(running.stderr)?.[1]))
  await running.result
  expect((await cli.run(['session', 'create'])).stderr).toContain(`skyvern session close ${id}`)
  expect((await cli.run(['session', 'list'])).stderr).toContain(id)
  expect((await cli.run(['session', 'prune', '--older-than', '0s'])).code).toBe(0)
  expect(api.open()).toEqual([])
})

async function openSome(cli: Cli, api: SessionServer, count: number): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) ids.push(await openBefore(cli, api))
  return ids
}

function age(api: SessionServer, ids: string[], hours: number): void {
  for (const id of ids) {
    Object.assign(api.sessions.get(id) ?? {}, { created_at: naiveTime(-hours * 3600) })
  }
}
