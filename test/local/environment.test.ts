/** `--local` where the environment has nothing: no locale, no home, no name, no terminal to speak of. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { serve } from './support.ts'

function bareCli(env: Record<string, string | undefined>): { cli: Cli; temporary: string } {
  const temporary = mkdtempSync(join(tmpdir(), 'skyvern-bare-'))
  const cli = createCli({
    SKYVERN_CONFIG_DIR: undefined,
    TMPDIR: temporary,
    SKYVERN_LOCAL: '1',
    ...env,
  })
  onTestFinished(async () => {
    await cli.run(['local', 'stop'])
    rmSync(temporary, { recursive: true, force: true, maxRetries: 10 })
  })
  return { cli, temporary }
}

test('without a home that can be used, state is kept in a temporary folder of this user', async () => {
  const { cli, temporary } = bareCli({ HOME: undefined })
  const created = await cli.run(['session', 'create'])
  expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pbs_\d+\n$/) })
  const folder = join(temporary, `skyvern-${process.getuid?.()}`)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(existsSync(join(folder, 'local', 'daemon.json'))).toBe(true)
  // The root is the home in a container whose user has no name.
  for (const HOME of ['/', '/dev/null']) {
    const found = await cli.run(['session', 'current'], { env: { HOME } })
    expect(found, HOME).toMatchObject({ code: 0, stdout: created.stdout })
  }
  expect(await cli.run(['session', 'close'])).toMatchObject({ code: 0 })
})

test('a temporary folder that others can open is refused', async () => {
  const { cli, temporary } = bareCli({ HOME: undefined })
  const folder = join(temporary, `skyvern-${process.getuid?.()}`)
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  const { code, stdout, stderr } = await cli.run(['session', 'create'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(folder)
  expect(stderr).toContain('SKYVERN_CONFIG_DIR')
})

test('a folder that was chosen is not replaced by another', async () => {
  const { cli } = bareCli({ SKYVERN_CONFIG_DIR: '/dev/null/state' })
  const { code, stderr } = await cli.run(['session', 'create'])
  expect(code).toBe(1)
  expect(stderr).toContain('/dev/null/state')
})

test.each([[{ LANG: 'xx_XX.UTF-8' }], [{ LC_ALL: 'C' }]])(
  'names outside of ASCII survive the locale %j, and TERM=dumb',
  async (locale) => {
    const { cli } = bareCli({ HOME: '/', TERM: 'dumb', ...locale })
    const url = await serve((request, response) => {
      if (request.url === '/') {
        return response.setHeader('content-type', 'text/html').end('<a href="/file">Save</a>')
      }
      const name = encodeURIComponent('café.csv')
      response.setHeader('content-disposition', `attachment; filename*=UTF-8''${name}`).end('a,b')
    })
    const { folder } = cli
    const task = ['task', 'run', 'Click Save and wait 1 second', '--url', url]
    const ran = await cli.run([...task, '--no-session', '--download-dir', folder])
    expect(ran).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, 'café.csv'))).toBe(true)
  },
)
