import { expect } from 'vitest'
import { cli, contract, failure, json, readySession } from './contract.ts'

const ensure = async (...options: string[]) => {
  const { code, stdout, stderr } = await cli('session', 'ensure', ...options)
  expect(code, stderr).toBe(0)
  return stdout.trim()
}
const statusOf = async (id: string) => (await json('session', 'get', id))['status']

contract('ensure finds a session by its name, unless it ends too soon or has ended', async () => {
  const id = await ensure('--name', 'billing', '--timeout', '10')
  expect(await ensure('--name', 'billing')).toBe(id)
  const enough = ['--name', 'billing', '--min-remaining', '30m', '--timeout', '60']
  const longer = await ensure(...enough)
  expect(longer).not.toBe(id)
  await cli('session', 'close', id, longer)
  expect([id, longer]).not.toContain(await ensure('--name', 'billing'))
})

contract('ensure finds a session by the profile that it was started from', async () => {
  const name = `ensured ${process.pid}`
  await json('profile', 'create', name)
  const id = await ensure('--profile', name)
  expect(await ensure('--profile', name)).toBe(id)
})

contract('ensure --no-create', async () => {
  const missing = await failure('session', 'ensure', '--name', 'nobody', '--no-create')
  expect(missing).toMatchObject({ exit: 5 })
})

contract('prune closes what this machine opened, and leaves what is younger', async () => {
  const id = await readySession()
  expect(await cli('session', 'prune', '--older-than', '1h')).toMatchObject({ code: 0 })
  expect(await statusOf(id)).toBe('running')
  expect(await cli('session', 'prune', '--older-than', '0s')).toMatchObject({ code: 0 })
  expect(await statusOf(id)).toBe('completed')
})

contract('close --all --yes closes every session of the organization', async () => {
  const id = await readySession()
  expect(await cli('session', 'close', '--all', '--yes')).toMatchObject({ code: 0 })
  expect(await statusOf(id)).toBe('completed')
  expect(await json('session', 'list')).toEqual([])
})
