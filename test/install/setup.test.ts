/** The set-up of a clone where it cannot succeed: one clear sentence, and the log. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cloneOfThis, command, temporary } from './clone.ts'

const SETUP = [process.execPath, '.config/setup.mjs']

test.each([
  ['no network', { npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' }],
  ['offline', { npm_config_offline: 'true' }],
])('an empty cache and %s', async (_, more) => {
  const clone = cloneOfThis({ installed: false })
  const empty = { HOME: temporary('home'), npm_config_cache: temporary('cache') }
  const { code, stderr } = await command(SETUP, clone, { ...empty, ...more })
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^error: `npm ci [^`]*` failed\. npm cannot reach its package registry \(E[A-Z]+\), /,
  )
  expect(stderr.trim().split('\n')).toHaveLength(2)
  expect(stderr).toContain(`The log: ${join(clone, '.setup.log')}`)
  expect(readFileSync(join(clone, '.setup.log'), 'utf8')).toMatch(/^\$ npm ci .*\nnpm error/)
})

test('a build that fails shows its last words', async () => {
  const clone = cloneOfThis({ installed: true })
  writeFileSync(join(clone, 'src', 'main.ts'), 'this is not TypeScript')
  const { code, stderr } = await command(SETUP, clone, { HOME: temporary('home') })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: `npm run --silent build` failed\. Its last words:\n/)
})

test('a global install that npm would leave broken is refused', async () => {
  const clone = cloneOfThis({ installed: true })
  const cache = join(temporary('cache'), '_cacache', 'tmp')
  cpSync(join(clone, '.config', 'setup.mjs'), join(cache, 'git-clone1', '.config', 'setup.mjs'))
  const { code, stderr } = await command(SETUP, join(cache, 'git-clone1'), {
    npm_config_global: 'true',
  })
  expect(code).toBe(1)
  expect(stderr).toContain('--install-links')
})
