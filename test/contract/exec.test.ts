import { expect } from 'vitest'
import { cli, contract, json } from './contract.ts'

const print = (expression: string) => ['node', '-p', expression]

contract('exec gives its command a session and closes it afterwards', async () => {
  const { code, stdout } = await cli(
    'session',
    'exec',
    '--',
    ...print('process.env.SKYVERN_SESSION_ID'),
  )
  expect(code).toBe(0)
  const session = await json('session', 'get', stdout.trim())
  expect(session).toMatchObject({ status: 'completed' })
})

contract('exec exits with the status of its command, and closes the session', async () => {
  const before = await json<unknown[]>('session', 'list')
  expect(await cli('session', 'exec', '--', 'node', '-e', 'process.exit(7)')).toMatchObject({
    code: 7,
  })
  expect(await json<unknown[]>('session', 'list')).toHaveLength(before.length)
})

contract('exec gives its command the CDP address', async () => {
  const { stdout } = await cli('session', 'exec', '--', ...print('process.env.SKYVERN_CDP_URL'))
  expect(stdout).toMatch(/^wss?:/)
})
