import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { cliFor, KEY } from '../support/api.ts'
import { CLOSE, GET, startSessions } from '../support/sessions.ts'
import { processes } from '../support/processes.ts'
import type { Process } from '../support/processes.ts'

const WATCHED = ['session', 'exec', '--watchdog', '--', 'sh', '-c']
/** Ends when its parent does. */
const ORPHAN = 'echo up >&2; while kill -0 $PPID 2>/dev/null; do sleep 0.1; done'

test('the watchdog closes the session of a wrapper that was killed', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const running = cli.start([...WATCHED, ORPHAN])
  await running.said('up')
  const closed = new Promise((resolve) => {
    const close = api.routes[CLOSE]
    api.routes[CLOSE] = () => {
      setImmediate(resolve)
      return close ?? 'drop'
    }
  })
  running.child.kill('SIGKILL')
  await closed
  expect(api.open()).toEqual([])
  await gone(cli.folder)
  expect(readdirSync(join(cli.folder, 'ledger'))).toEqual([])
})

test('it closes what the server cannot show', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const running = cli.start([...WATCHED, ORPHAN])
  await running.said('up')
  const look = api.routes[GET] ?? 'drop'
  api.routes[GET] = { status: 503, json: { detail: 'later' } }
  running.child.kill('SIGKILL')
  await vi.waitFor(() => expect(api.open()).toEqual([]), 30_000)
  api.routes[GET] = look
  await gone(cli.folder)
  expect(readdirSync(join(cli.folder, 'ledger'))).toEqual([])
})

test('it exits without a request when the session was closed', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  expect(await cli.run([...WATCHED, 'exit 3'])).toMatchObject({ code: 3 })
  await gone(cli.folder)
  expect(api.closes()).toEqual([1])
})

test('it keeps the key out of its arguments and its environment', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const running = cli.start([...WATCHED, ORPHAN])
  await running.said('up')
  const watchdogs = watchdogsOf(cli.folder)
  expect(watchdogs).toHaveLength(1)
  expect(JSON.stringify(watchdogs)).not.toContain(KEY)
  running.child.kill('SIGTERM')
  await running.result
})

test('it needs a session that it may close', async () => {
  const api = await startSessions()
  const result = await cliFor(api).run('session exec --watchdog --session pbs_1 -- true'.split(' '))
  expect(result.code).toBe(2)
})

async function gone(folder: string): Promise<void> {
  while (watchdogsOf(folder).length > 0) await sleep(50)
}

/** Watchdogs of the binary whose home this is. */
const watchdogsOf = (folder: string): Process[] =>
  processes().filter(
    ({ command, environment }) => command.includes('__watchdog') && environment.includes(folder),
  )
