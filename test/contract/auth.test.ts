import { expect } from 'vitest'
import { cli, cliWithKey, contract, json, server } from './contract.ts'

contract('auth status names the organization behind the key', async () => {
  const status = await json('auth', 'status')
  expect(status).toMatchObject({ organization_id: expect.stringMatching(/^o_/) })
})

contract('auth status never shows the key', async () => {
  const { code, stdout, stderr } = await cli('auth', 'status')
  expect(code).toBe(0)
  expect(stdout + stderr).not.toContain(server?.apiKey ?? 'eyJ')
})

contract('a key that is none is refused', async () => {
  const { code, stderr } = await cliWithKey('not-a-key', 'auth', 'status')
  expect(code).toBe(4)
  expect(stderr).toContain('Could not validate credentials')
})

contract('a key that was never issued is refused', async () => {
  const { code, stderr } = await cliWithKey(server?.refusedKeys.unknown ?? '', 'auth', 'status')
  expect(code).toBe(4)
  expect(stderr).toContain('Invalid credentials')
})

contract('a revoked key is refused, and the way to a new one named', async () => {
  const { code, stderr } = await cliWithKey(server?.refusedKeys.revoked ?? '', 'auth', 'status')
  expect(code).toBe(4)
  expect(stderr).toContain('Your API key has expired')
})

contract('an expired key is refused', async () => {
  const { code, stderr } = await cliWithKey(server?.refusedKeys.expired ?? '', 'auth', 'status')
  expect(code).toBe(4)
  expect(stderr).toContain('Auth token is expired')
})

contract('a refused key creates nothing', async () => {
  const before = await json<unknown[]>('session', 'list')
  expect(await cliWithKey('not-a-key', 'session', 'create')).toMatchObject({ code: 4, stdout: '' })
  expect(await json<unknown[]>('session', 'list')).toHaveLength(before.length)
})
