// What the embedded backend accepts and ignores is said once, in the receipt.
import { expect, test } from 'vitest'
import type { BrowserSession } from '../../src/api/types.ts'
import { cliFor, endedSession, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api } from '../support/api.ts'
import { onTerminal } from '../support/pty.ts'
import { CLOSE_SESSION, CREATE_SESSION } from '../support/routes.ts'

const CREATE = ['session', 'create', '--timeout', '120', '--proxy', 'US']
const CAPPED = 'Requested timeout of 300 minutes exceeds the maximum.'

const IGNORED = 'The embedded backend accepts but does not apply: these.'

/** As the embedded backend answers; `more` is what else it warns about. */
function serverWith(ignored: unknown, more: string | null = null): Promise<Api> {
  const warning = more === null ? IGNORED : `${more} ${IGNORED}`
  const embedded = { ignored, warning: more } as BrowserSession['embedded']
  const json = session({ status: 'running', timeout: 120, warning, embedded })
  return startApi({ [CREATE_SESSION]: { json } })
}

test('the receipt says that the proxy is ignored, and no warning comes before it', async () => {
  const result = await cliFor(await serverWith(['proxy_location'])).run(CREATE)
  expect(result).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(result.stderr).toMatch(
    /^✓ Session pbs_\d+ running · 120 min · proxy US, ignored by the embedded backend$/m,
  )
  expect(result.stderr).not.toContain('warning')
})

test('other options are named with it, and another warning stays one', async () => {
  const ignored = ['proxy_location', 'extensions', 'browser_type']
  const { stderr } = await cliFor(await serverWith(ignored, CAPPED)).run(CREATE)
  expect(stderr).toContain(`warning: ${CAPPED}\n`)
  expect(stderr).toContain('· extensions, browser type ignored by the embedded backend')
  expect(stderr).not.toContain('accepts but does not apply')
})

test('--json keeps the warning whole, and --strict refuses it', async () => {
  const json = await cliFor(await serverWith(['proxy_location'])).run([...CREATE, '--json'])
  expect(json.stderr).toContain(JSON.stringify({ warning: IGNORED }))
  expect(json.json).toMatchObject({ warning: IGNORED })
  const api = await serverWith(['proxy_location'])
  api.routes[CLOSE_SESSION] = { json: {} }
  api.routes['GET /v1/browser_sessions/*'] = { json: endedSession() }
  const strict = await cliFor(api).run([...CREATE, '--strict'])
  expect(strict.code).toBe(1)
  expect(strict.stderr).toContain(IGNORED)
})

test.each([[7], ['proxy_location'], [{}], [null]])(
  'a list of ignored fields that is %j loses no session',
  async (ignored) => {
    const result = await cliFor(await serverWith(ignored)).run(CREATE)
    expect(result).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  },
)

test('on a narrow terminal a receipt is broken at its words', async () => {
  const api = await serverWith(['proxy_location'])
  const terminal = onTerminal(cliFor(api), CREATE, { NO_COLOR: '1' }, { cols: 80 })
  await terminal.end
  expect(terminal.output).toContain('ignored by the\r\n  embedded backend\r\n')
})
