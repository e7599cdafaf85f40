import { expect } from 'vitest'
import { cli, contract, json } from './contract.ts'

contract(
  'exec gives its command a session and its CDP address, and closes it afterwards',
  async () => {
    const print = 'process.env.SKYVERN_SESSION_ID + " " + process.env.SKYVERN_CDP_URL'
    const { code, stdout } = await cli('session', 'exec', '--', 'node', '-p', print)
    expect(code).toBe(0)
    const [id = '', address] = stdout.trim().split(' ')
    expect(address).toMatch(/^wss?:/)
    const session = await json('session', 'get', id)
    expect(session).toMatchObject({ status: 'completed' })
  },
)

contract('exec exits with the status of its command, and closes the session', async () => {
  const before = await json<unknown[]>('session', 'list')
  expect(await cli('session', 'exec', '--', 'node', '-e', 'process.exit(7)')).toMatchObject({
    code: 7,
  })
  expect(await json<unknown[]>('session', 'list')).toHaveLength(before.length)
})
