import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { setBefore } from '../support/scene.ts'

const ENGINE = 'skyvern-2.0'
const keyOf = (url: string): string => `key-for-${new URL(url).port}-0123456789`

test('logins and settings at the same time lose nothing', async () => {
  const organization = { organization_id: 'o_1', organization_name: 'Acme' }
  const servers = await Promise.all(
    Array.from({ length: 5 }, () =>
      startApi({ 'GET /api/v1/organizations/me': { json: organization } }),
    ),
  )
  const cli = createCli()
  const logins = servers.map(({ url }) =>
    cli.run(['auth', 'login', '--with-token', '--base-url', url], { input: keyOf(url) }),
  )
  const settings = [
    cli.run(['config', 'set', 'engine', 'skyvern-1.0']),
    cli.run(['config', 'set', 'base-url', 'https://skyvern.example.com']),
  ]
  for (const result of await Promise.all([...logins, ...settings])) {
    expect(result).toMatchObject({ code: 0 })
  }
  const read = (file: string): unknown => JSON.parse(readFileSync(join(cli.folder, file), 'utf8'))
  expect(read('keys.json')).toEqual(Object.fromEntries(servers.map(({ url }) => [url, keyOf(url)])))
  expect(read('config.json')).toEqual({
    engine: 'skyvern-1.0',
    'base-url': 'https://skyvern.example.com',
  })
  expect(readdirSync(cli.folder).sort()).toEqual(['config.json', 'keys.json'])
})

test('processes that are killed while they write lose nothing, and stand in nobody’s way', async () => {
  const cli = createCli()
  await setBefore(cli, { 'base-url': 'https://skyvern.example.com' })
  const running = Array.from({ length: 6 }, () => cli.start(['config', 'set', 'engine', ENGINE]))
  for (const { child } of running.filter((_, index) => index % 2 === 0)) {
    setTimeout(() => child.kill('SIGKILL'), 100 + Math.random() * 300)
  }
  const results = await Promise.all(running.map(({ result }) => result))
  for (const { code, signal } of results) expect(signal ?? code).toBe(signal ? 'SIGKILL' : 0)
  expect(await cli.run(['config', 'set', 'engine', ENGINE])).toMatchObject({ code: 0 })
  const stored = JSON.parse(readFileSync(join(cli.folder, 'config.json'), 'utf8'))
  expect(stored).toEqual({ 'base-url': 'https://skyvern.example.com', engine: ENGINE })
})
