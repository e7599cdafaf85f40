import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, endedSession, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Cli } from '../support/cli.ts'
import { onTerminal } from '../support/pty.ts'

const URL = `https://app.example.com/browser-session/${SESSION_ID}`

/** A folder of commands whose `xdg-open` and `open` write down what they are asked to open. */
function desktop({ folder }: Cli): { bin: string; opened: string } {
  const bin = join(folder, 'bin')
  const opened = join(folder, 'opened')
  mkdirSync(bin)
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\necho "$@" > ${opened}.tmp\nmv ${opened}.tmp ${opened}\n`,
      {
        mode: 0o755,
      },
    )
  }
  return { bin, opened }
}

/** What it shows on a terminal. */
async function shown(cli: Cli, bin: string, args: string[]): Promise<string> {
  const terminal = onTerminal(cli, args, { PATH: `${bin}:${process.env['PATH']}` })
  await terminal.end
  return terminal.output
}

test('view prints the address, and opens nothing in a pipe', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions/*': { json: session() } })
  const cli = cliFor(api)
  const { bin, opened } = desktop(cli)
  const env = { PATH: `${bin}:${process.env['PATH']}` }
  const result = await cli.run(['session', 'view', SESSION_ID], { env })
  expect(result).toMatchObject({ code: 0, stdout: `${URL}\n` })
  expect(existsSync(opened)).toBe(false)
  expect(await cli.run(['session', 'open', SESSION_ID])).toMatchObject({ stdout: `${URL}\n` })
})

test('view opens the web browser on a terminal', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions/*': { json: session() } })
  const cli = cliFor(api)
  const { bin, opened } = desktop(cli)
  expect(await shown(cli, bin, ['session', 'view', SESSION_ID])).toContain(URL)
  await expect.poll(() => existsSync(opened), { timeout: 30_000 }).toBe(true)
  expect(readFileSync(opened, 'utf8')).toBe(`${URL}\n`)
})

test('--no-input and a missing desktop only print the address', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions/*': { json: session() } })
  const cli = cliFor(api)
  const { bin, opened } = desktop(cli)
  expect(await shown(cli, bin, ['session', 'view', SESSION_ID, '--no-input'])).toContain(URL)
  expect(existsSync(opened)).toBe(false)
  expect(await shown(cli, '/nowhere', ['session', 'view', SESSION_ID])).toContain(URL)
})

test.each([['javascript:alert(1)'], ['file:///etc/passwd']])(
  'an address such as %s is not passed on',
  async (address) => {
    const api = await startApi({
      'GET /v1/browser_sessions/*': { json: session({ app_url: address }) },
    })
    const result = await cliFor(api).run(['session', 'view', SESSION_ID, '--json'])
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.error.code).toBe('bad_response')
  },
)

test('an ended session is still shown, with a note that it has ended', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions/*': { json: endedSession() } })
  const result = await cliFor(api).run(['session', 'view', SESSION_ID])
  expect(result).toMatchObject({ code: 0, stdout: `${URL}\n` })
  expect(result.stderr).toContain('has ended')
})

test('a run has a page too, or none', async () => {
  const api = await startApi({
    'GET /v1/runs/*': (_, before) => ({ json: run(before > 0 ? { app_url: null } : {}) }),
  })
  const cli = cliFor(api)
  const page = `https://app.example.com/runs/${RUN_ID}\n`
  expect(await cli.run(['task', 'view', RUN_ID])).toMatchObject({ code: 0, stdout: page })
  expect(await cli.run(['task', 'view', RUN_ID])).toMatchObject({ code: 5, stdout: '' })
})
