/** `session create --local --headed`: a window where there is a display, and a clear word where there is none. */
import { expect, onTestFinished, test } from 'vitest'
import { findBrowser } from '../../src/local/door.ts'
import { cliFor, startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { shareHome } from './support.ts'

const home = shareHome()

const HEADED = ['session', 'create', '--headed', '--json']

function createLocalCli(env: Record<string, string | undefined>): Cli {
  const cli = createCli({ SKYVERN_LOCAL: '1', WAYLAND_DISPLAY: undefined, ...env })
  onTestFinished(async () => void (await cli.run(['local', 'stop'])))
  return cli
}

test('a cloud has no display of this machine: a usage error before anything is sent', async () => {
  const api = await startApi()
  const refused = await cliFor(api).run(HEADED)
  expect(refused).toMatchObject({ code: 2, error: { code: 'usage' } })
  expect(refused.error.message).toContain('--local')
  expect(api.requests).toHaveLength(0)
})

test.runIf(process.platform === 'linux')(
  'without a display nothing is opened, and why is said',
  async () => {
    const cli = createLocalCli({ DISPLAY: undefined })
    const refused = await cli.run(HEADED)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.error.message).toContain('DISPLAY is not set')
    expect((await cli.run(['session', 'list', '--json'])).json).toEqual([])
  },
)

test('a headless shell has no windows: another browser is asked for', async () => {
  const shell = findBrowser(process.env) ?? ''
  const cli = createLocalCli({ DISPLAY: ':99', CHROME_PATH: shell })
  const refused = await cli.run(HEADED)
  expect(refused.code).toBe(1)
  // Whichever browser this machine has: none opens a window on a display that is not there.
  expect(refused.error.message).toMatch(/No browser that opens a window|could not be started/)
})

test('session view of a local session names what shows its page', async () => {
  const cli = home({ SKYVERN_LOCAL: '1' })
  const created = await cli.run(['session', 'create'])
  const view = await cli.run(['session', 'view', '--json'])
  expect(view).toMatchObject({ code: 5, error: { code: 'not_found' } })
  expect(view.error.hint).toContain(`skyvern session screenshot ${created.stdout.trim()}`)
  expect(view.error.hint).toContain('skyvern session create --local --headed')
})
