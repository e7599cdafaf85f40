import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, session, startApi } from '../support/api.ts'
import { CREATE_SESSION } from '../support/routes.ts'
import { setBefore } from '../support/scene.ts'

test('stored defaults go with each new session, and the receipt says where they come from', async () => {
  const api = await startApi({ [CREATE_SESSION]: { json: session({ timeout: 120 }) } })
  const cli = cliFor(api)
  await setBefore(cli, { 'session.timeout': '2h' })
  await cli.run(['config', 'set', 'session.proxy', 'US'])
  const created = await cli.run(['session', 'create'])
  expect(api.sent(CREATE_SESSION)[0]?.body).toEqual({ timeout: 120, proxy_location: 'RESIDENTIAL' })
  expect(created.stderr).toContain('120 min (config) · proxy US (config)')

  const given = await cli.run(['session', 'create', '--timeout', '30', '--proxy', 'none'])
  expect(api.sent(CREATE_SESSION)[1]?.body).toEqual({ timeout: 30, proxy_location: 'NONE' })
  expect(given.stderr).not.toContain('(config)')

  await cli.run(['session', 'create', '--proxy-location', 'RESIDENTIAL_GB'])
  expect(api.sent(CREATE_SESSION)[2]?.body).toEqual({
    timeout: 120,
    proxy_location: 'RESIDENTIAL_GB',
  })

  await cli.run(['session', 'exec', '--', 'true'])
  expect(api.sent(CREATE_SESSION)[3]?.body).toMatchObject({
    timeout: 120,
    proxy_location: 'RESIDENTIAL',
  })

  await cli.run(['config', 'unset', 'session.proxy'])
  await cli.run(['session', 'create'])
  expect(api.sent(CREATE_SESSION)[4]?.body).toEqual({ timeout: 120 })
})

test.each([
  ['session.timeout', '4'],
  ['session.proxy', 'Mars'],
  ['session.timezone', 'Nowhere/Land'],
  ['session.extension', 'popup-opener'],
  ['session.browser-type', 'lynx'],
])('%s %s is refused, as its option would be', async (name, value) => {
  const cli = cliFor(await startApi())
  const result = await cli.run(['config', 'set', name, value])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain(`${name}: It takes`)
})

test('an invalid stored default is reported before anything is sent', async () => {
  const api = await startApi({ [CREATE_SESSION]: { json: session() } })
  const cli = cliFor(api)
  await setBefore(cli, { 'session.timeout': '60' })
  const file = join(cli.folder, 'config.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('60', 'soon'))
  const result = await cli.run(['session', 'create'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('session.timeout: It takes minutes')
  expect(api.requests).toEqual([])
})

test('a proxy with a password is not stored, and its password not shown', async () => {
  const cli = cliFor(await startApi())
  const proxy = 'http://me:hunter22@proxy.example.com:3128'
  const result = await cli.run(['config', 'set', 'session.proxy', proxy])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).not.toContain('hunter22')
  expect((await cli.run(['config', 'get', 'session.proxy'])).stdout).toBe('')
})
