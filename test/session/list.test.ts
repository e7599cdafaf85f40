import { expect, test } from 'vitest'
import {
  cliFor,
  endedSession,
  naiveTime,
  RUN_ID,
  session,
  SESSION_ID,
  startApi,
} from '../support/api.ts'
import { LIST_SESSIONS, SESSION_HISTORY } from '../support/routes.ts'
import { openBefore } from '../support/scene.ts'

test.each([['America/New_York'], ['Asia/Kolkata']])(
  'ends and minutes used are right in the zone %s',
  async (TZ) => {
    const api = await startApi({
      [LIST_SESSIONS]: {
        json: [
          session({ timeout: 120, created_at: naiveTime(-1810), started_at: naiveTime(-1800) }),
        ],
      },
    })
    const result = await cliFor(api).run(['session', 'list'], { env: { TZ } })
    expect(result.stdout).toBe(`${SESSION_ID}\trunning\tidle\tin 1 h 30 min\t30 min\t\t\n`)
  },
)

test('busy, idle and current are shown, and the names on this machine', async () => {
  const api = await startApi({
    'POST /v1/browser_sessions': { json: session() },
    [LIST_SESSIONS]: {
      json: [session(), session({ browser_session_id: 'pbs_2', runnable_id: RUN_ID })],
    },
  })
  const cli = cliFor(api)
  await openBefore(cli, api, { name: 'shop' })
  const [own = '', other = ''] = (await cli.run(['session', 'list'])).stdout.trim().split('\n')
  expect(own.split('\t')).toEqual(expect.arrayContaining(['idle', 'shop', 'current']))
  expect(other).toContain(`busy ${RUN_ID}`)
  const named = await cli.run(['session', 'list'], { env: { SKYVERN_SESSION_ID: 'shop' } })
  expect(named.stdout.split('\n')[0]).toMatch(/\tcurrent$/)
  expect(named.stdout.match(/current/g)).toHaveLength(1)
})

test('--all reads the history page by page, up to the limit', async () => {
  const api = await startApi({
    [SESSION_HISTORY]: ({ query }) => {
      const count = query['page']?.[0] === '3' ? 7 : 100
      return { json: Array.from({ length: count }, () => endedSession()) }
    },
  })
  const cli = cliFor(api)
  const all = await cli.run(['session', 'list', '--all', '--json'])
  expect(all.json).toHaveLength(207)
  expect(api.sent(SESSION_HISTORY).map(({ query }) => query)).toEqual(
    ['1', '2', '3'].map((page) => ({ page: [page], page_size: ['100'] })),
  )
  const some = await cli.run(['session', 'list', '--all', '--limit', '5'])
  expect(some.stdout.trim().split('\n')).toHaveLength(5)
  expect(some.stdout).toContain('ended')
})

test('--all says that there are more, until there are none', async () => {
  const api = await startApi({
    [SESSION_HISTORY]: ({ query }) => ({
      json: Array.from({ length: query['page']?.[0] === '3' ? 0 : 100 }, () => endedSession()),
    }),
  })
  const cli = cliFor(api)
  const list = async (...limit: string[]): Promise<string> =>
    (await cli.run(['session', 'list', '--all', ...limit])).stderr
  expect(await list()).toBe('At least 70 more: --limit 100\n')
  expect(await list('--limit', '100')).toBe('At least 100 more: --limit 200\n')
  expect(await list('--limit', '200')).toBe('')
})

test('ends and ages are by the clock of the server', async () => {
  const ahead = { date: new Date(Date.now() + 3_600_000).toUTCString() }
  const started = session({ timeout: 60, started_at: naiveTime(3_600 - 600) })
  const api = await startApi({
    [LIST_SESSIONS]: { json: [started], headers: ahead },
    'GET /v1/browser_sessions/*': { json: started, headers: ahead },
  })
  const cli = cliFor(api)
  expect((await cli.run(['session', 'list'])).stdout).toContain('\tin 50 min\t10 min\t')
  expect((await cli.run(['session', 'get', SESSION_ID])).stdout).toContain('used\t10 min\n')
})

test('unknown values of newer servers are shown', async () => {
  const odd = session({ status: 'hibernating', timeout: null, started_at: null, novel: { a: 1 } })
  const api = await startApi({ [LIST_SESSIONS]: { json: [odd, session({ status: null })] } })
  const cli = cliFor(api)
  const result = await cli.run(['session', 'list'])
  expect(result).toMatchObject({ code: 0, stderr: '' })
  expect(result.stdout).toContain(`${SESSION_ID}\thibernating\tidle\t\t`)
  expect((await cli.run(['session', 'list', '--json'])).json[0]).toMatchObject({ novel: { a: 1 } })
})

test('no sessions: an empty array for a machine, a note for a person', async () => {
  const api = await startApi({ [LIST_SESSIONS]: { json: [] } })
  const cli = cliFor(api)
  expect(await cli.run(['session', 'list', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' })
  expect(await cli.run(['session', 'list'])).toMatchObject({ code: 0, stdout: '' })
})
