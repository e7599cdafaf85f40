// What the embedded backend accepts and ignores is said once, in the receipt.
import { expect, test } from 'vitest'
import { cliFor, endedSession, session, SESSION_ID, startApi } from '../support/api.ts'
import { CLOSE_SESSION, CREATE_SESSION } from '../support/routes.ts'
import { ignoredWarning } from '../../src/api/values.ts'

const CREATE = ['session', 'create', '--timeout', '120', '--proxy', 'US']
const CAPPED = 'Requested timeout of 300 minutes exceeds the maximum.'

const serverWith = (warning: string) =>
  startApi({ [CREATE_SESSION]: { json: session({ status: 'running', timeout: 120, warning }) } })

test('the receipt says that the proxy is ignored, and no warning comes before it', async () => {
  const result = await cliFor(await serverWith(ignoredWarning(['proxy_location']))).run(CREATE)
  expect(result).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(result.stderr).toMatch(
    /^✓ Session pbs_\d+ running · 120 min · proxy US, ignored by the embedded backend$/m,
  )
  expect(result.stderr).not.toContain('warning')
})

test('other options are named with it, and another warning stays one', async () => {
  const warning = `${CAPPED} ${ignoredWarning(['proxy_location', 'extensions', 'browser_type'])}`
  const { stderr } = await cliFor(await serverWith(warning)).run(CREATE)
  expect(stderr).toContain(`warning: ${CAPPED}\n`)
  expect(stderr).toContain('· extensions, browser type ignored by the embedded backend')
  expect(stderr).not.toContain('accepts but does not apply')
})

test('--json keeps the warning whole, and --strict refuses it', async () => {
  const warning = ignoredWarning(['proxy_location'])
  const json = await cliFor(await serverWith(warning)).run([...CREATE, '--json'])
  expect(json.stderr).toContain(JSON.stringify({ warning }))
  expect(json.json).toMatchObject({ warning })
  const api = await serverWith(warning)
  api.routes[CLOSE_SESSION] = { json: {} }
  api.routes['GET /v1/browser_sessions/*'] = { json: endedSession() }
  const strict = await cliFor(api).run([...CREATE, '--strict'])
  expect(strict.code).toBe(1)
  expect(strict.stderr).toContain(warning)
})
