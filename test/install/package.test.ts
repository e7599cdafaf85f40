/** What a stranger gets: the package as it is packed from a fresh clone, installed where nothing else is. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../support/project.ts'
import { cloneOfThis, command, temporary } from './clone.ts'

test(
  'a fresh clone is packed with its build, and the story runs where only the package is',
  { timeout: 60_000 },
  async () => {
    const clone = cloneOfThis({ installed: true })
    const prefix = temporary('prefix')
    const HOME = temporary('home')
    const packed = await command(['npm', 'pack', '--json', '--pack-destination', prefix], clone, {
      HOME,
    })
    expect(packed).toMatchObject({ code: 0 })
    expect(packed.stderr).toMatch(/^✓ Built in .* s \(log: \.setup\.log\)$/m)

    // The driver comes from here and not from a registry: this test needs no network.
    const driver = join(ROOT, 'node_modules', 'playwright-core')
    const tarball = join(prefix, packed.json[0].filename)
    const install = ['npm', 'install', '--offline', '--install-links', '--prefix', prefix]
    expect(await command([...install, tarball, driver], prefix, { HOME })).toMatchObject({
      code: 0,
    })
    const installed = join(prefix, 'node_modules')
    expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual([
      'playwright-core',
      'skyvern-cli',
    ])

    const env = { HOME, SKYVERN_CONFIG_DIR: temporary('config'), SKYVERN_LOCAL: '1' }
    const skyvern = (...args: string[]) =>
      command([join(installed, '.bin', 'skyvern'), ...args], temporary('empty'), env)
    try {
      expect(await skyvern('session', 'create')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^pbs_\d+\n$/),
      })
      const site = (await skyvern('local', 'status', '--json')).json.demo_url
      const login = ['Log in with username demo@example.com', '--url', `${site}/login`]
      expect(await skyvern('task', 'run', ...login)).toMatchObject({ code: 0 })
      const extract = 'Go to the invoices page and extract all invoice numbers'
      expect((await skyvern('task', 'run', extract)).json).toContain('INV-0023')
      expect(await skyvern('session', 'close')).toMatchObject({ code: 0 })
    } finally {
      await skyvern('local', 'stop')
    }
  },
)

test('the licence of every bundled package travels with the code', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const imported = sources
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(
        /(?:^import (?!type )[^']*|^} from |import\()'((?!node:)[@a-z][\w@/.-]*)'/gm,
      ),
    ])
    .map(([, path = '']) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '')
    .filter((name) => name !== 'playwright-core')
  const bundled = new Set(imported)
  expect([...bundled]).toEqual(expect.arrayContaining(['commander', 'ofetch', 'conf', 'ora']))
  // What those bring along.
  for (const name of ['destr', 'agent-base', 'signal-exit', 'emoji-regex']) bundled.add(name)

  const licences = readFileSync(join(ROOT, 'dist', 'licences.txt'), 'utf8')
  for (const name of bundled) {
    const file = join(ROOT, 'node_modules', name, 'package.json')
    const { version } = JSON.parse(readFileSync(file, 'utf8'))
    expect(licences).toContain(`${name} ${version} (`)
  }
  for (const section of licences.split(`${'-'.repeat(80)}\n`)) {
    expect(section).toMatch(/copyright/i)
    expect(section).toMatch(/permission|redistribution/i)
  }
})

test('an uncaught error of the API for programs shows its line, not the bundle', () => {
  const code = readFileSync(join(ROOT, 'dist', 'api.mjs'), 'utf8')
  const longest = Math.max(...code.split('\n').map((line) => line.length))
  expect(longest).toBeLessThan(1000)
  expect(code).toContain('function createClient(')
})
