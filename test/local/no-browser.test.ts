import { expect, test } from 'vitest'
import { createCli } from '../support/cli.ts'

test('no browser on the machine: says what to install', async () => {
  const cli = createCli({ CHROME_PATH: '/nowhere/chrome' })
  const result = await cli.run(['session', 'create', '--local', '--json'])
  expect(result).toMatchObject({ code: 7, stdout: '' })
  expect(result.error.code).toBe('network')
  expect(result.error.message).toContain('/nowhere/chrome')
  expect(result.error.hint).toMatch(/install/i)
})
