import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, session, SESSION_ID, startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { startSessions } from '../support/sessions.ts'
import { CREATE_SESSION } from '../support/routes.ts'
import { openBefore } from '../support/scene.ts'

const creates = { [CREATE_SESSION]: { json: session() } }
const current = ['session', 'current']

test('the current session belongs to one origin', async () => {
  const [first, second] = [await startApi(creates), await startApi()]
  const cli = cliFor(first)
  await cli.run(['session', 'create'])
  expect((await cli.run(current)).stdout).toBe(`${SESSION_ID}\n`)
  expect((await cli.run(current, { env: { SKYVERN_BASE_URL: second.url } })).code).toBe(5)
})

test('SKYVERN_SESSION_ID overrides the current session, and a create says so', async () => {
  const cli = cliFor(await startApi(creates), { SKYVERN_SESSION_ID: 'pbs_of_the_job' })
  expect((await cli.run(['session', 'create'])).stderr).toContain('pbs_of_the_job')
  const result = await cli.run(current)
  expect(result.stdout).toBe('pbs_of_the_job\n')
  expect(result.stderr).toContain('SKYVERN_SESSION_ID')
})

test('creating while another session is open says so', async () => {
  let made = 0
  const api = await startApi({
    [CREATE_SESSION]: () => ({ json: session({ browser_session_id: `pbs_${++made}` }) }),
  })
  const cli = cliFor(api)
  await openBefore(cli, api)
  expect((await cli.run(['session', 'create'])).stderr).toContain('skyvern session close pbs_1')
})

test('the name of a session that was closed is free again', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  await openBefore(cli, api, { name: 'login' })
  expect((await cli.run(['session', 'close', 'login'])).code).toBe(0)
  expect((await cli.run(['session', 'create', '--name', 'login'])).code).toBe(0)
})

test('a name that looks like an id is refused', async () => {
  const result = await cliFor(await startApi()).run(['session', 'create', '--name', 'pbs_mine'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('does not start with pbs_')
})

test('files are readable only by their owner', async () => {
  const cli = cliFor(await startApi(creates))
  await cli.run(['session', 'create'])
  for (const folder of ['current', 'ledger']) {
    expect(statSync(join(cli.folder, folder)).mode & 0o077).toBe(0)
    for (const file of readdirSync(join(cli.folder, folder))) {
      expect(statSync(join(cli.folder, folder, file)).mode & 0o077).toBe(0)
    }
  }
})

test('a home that is not a folder does not fail a create that has cost money', async () => {
  const cli = cliFor(await startApi(creates))
  const file = join(cli.folder, 'file')
  writeFileSync(file, '')
  const result = await cli.run(['session', 'create'], { env: { SKYVERN_CONFIG_DIR: file } })
  expect(result).toMatchObject({ code: 0, stdout: `${SESSION_ID}\n` })
  expect(result.stderr).toContain('warning:')
  // What was opened is told before anything that takes time or fails.
  expect(result.stderr).toMatch(/Session pbs_\d+ running[^]*could not be made the current session/)
  expect(result.stderr.match(/ledger of sessions could not be written/g)).toHaveLength(1)
  expect(result.stderr).toMatch(/current session: .* could not be written: its folder is a file/)
})

test('a choice that cannot be remembered is a failure: the next command would go elsewhere', async () => {
  const cli = cliFor(await startApi({ 'GET /v1/browser_sessions/*': { json: session() } }))
  writeFileSync(join(cli.folder, 'current'), '')
  const result = await cli.run(['session', 'use', SESSION_ID, '--json'])
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.error).toMatchObject({ code: 'internal' })
  expect(result.error.message).toContain('could not be written')
})

test('a damaged file is named, not used, and kept when a new one is written', async () => {
  const api = await startApi(creates)
  const cli = cliFor(api)
  await openBefore(cli, api)
  const folder = join(cli.folder, 'current')
  const file = join(folder, readdirSync(folder)[0] ?? '')
  writeFileSync(file, '{"session_id": "pbs_')
  const broken = await cli.run(current)
  expect(broken.code).toBe(5)
  expect(broken.stderr).toContain(file)
  const created = await cli.run(['session', 'create'])
  expect(created.code).toBe(0)
  const kept = readdirSync(folder).find((name) => name.includes('damaged')) ?? ''
  expect(readFileSync(join(folder, kept), 'utf8')).toBe('{"session_id": "pbs_')
  expect((await cli.run(current)).stdout).toBe(`${SESSION_ID}\n`)
})

test('a damaged file of settings is named and left as it is', async () => {
  const cli = createCli({ SKYVERN_API_KEY: undefined })
  const file = join(cli.folder, 'keys.json')
  writeFileSync(file, 'not json')
  const result = await cli.run(['session', 'list'])
  expect(result.code).toBe(4)
  expect(result.stderr).toContain(file)
  expect(readFileSync(file, 'utf8')).toBe('not json')
})

test('a folder of keys that was open to others is closed, with a warning', async () => {
  const api = await startApi({
    'GET /api/v1/organizations/me': { json: { organization_id: 'o_1', organization_name: 'Ada' } },
  })
  const cli = createCli({ SKYVERN_BASE_URL: api.url })
  const folder = join(cli.folder, 'open')
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  const result = await cli.run(['auth', 'login', '--with-token'], {
    input: 'a-key-of-mine-0123456789',
    env: { SKYVERN_CONFIG_DIR: folder },
  })
  expect(result.code).toBe(0)
  expect(result.stderr).toContain('open to others')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})
