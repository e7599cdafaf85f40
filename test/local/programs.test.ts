/** What another program gets of the embedded backend: the server, the key that belongs to it, and the browser. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../support/project.ts'
import { shareHome } from './support.ts'

const LOCAL = { SKYVERN_LOCAL: '1' }
const home = shareHome()

/** Asks like a client that knows the cloud alone: with its two variables, and nothing else of this tool. */
const ASK = `fetch(process.env.SKYVERN_BASE_URL + '/v1/browser_sessions', {
  headers: { 'x-api-key': process.env.SKYVERN_API_KEY },
}).then(async (answer) => console.log(answer.status, (await answer.json()).length))`

test('exec gives its command the embedded backend with its own key, never the one of the cloud', async () => {
  const cloud = { SKYVERN_API_KEY: 'of-the-cloud', SKYVERN_BASE_URL: 'http://cloud' }
  const cli = home({ ...LOCAL, ...cloud })
  const asked = await cli.run(['session', 'exec', '--', 'node', '-e', ASK])
  expect(asked).toMatchObject({ code: 0, stdout: '200 1\n' })
  const script = 'echo $SKYVERN_LOCAL $SKYVERN_API_KEY'
  const { stdout } = await cli.run(['session', 'exec', '--', 'sh', '-c', script])
  expect(stdout).toMatch(/^1 [\w-]{43}\n$/)
})

test('--format env and local env give a shell what such a client needs', async () => {
  const cli = home(LOCAL)
  const ask = [
    '-c',
    `eval "$LINES_OF_ENV"; node -e "$ASK"; skyvern_local=$SKYVERN_LOCAL; echo local=$skyvern_local`,
  ]
  const evaluate = (lines: string): string =>
    execFileSync('sh', ask, {
      env: { PATH: process.env['PATH'], LINES_OF_ENV: lines, ASK },
      encoding: 'utf8',
    })
  const created = await cli.run(['session', 'create', '--format', 'env'])
  expect(evaluate(created.stdout)).toBe('200 1\nlocal=1\n')
  expect(created.stdout).not.toContain('SKYVERN_CDP_URL')
  const { stdout } = await cli.run(['local', 'env'])
  expect(stdout.match(/^export \w+/gm)).toEqual([
    'export SKYVERN_BASE_URL',
    'export SKYVERN_API_KEY',
  ])
  expect(evaluate(stdout)).toBe('200 1\nlocal=\n')
  const { json } = await cli.run(['local', 'status', '--json'])
  expect(stdout).toContain(`'${(json as { base_url: string }).base_url}'`)
})

test('a script of ten lines goes on by Playwright where a task logged in, and a task where it stopped', async () => {
  const cli = home(LOCAL)
  const status = (await cli.run(['local', 'start', '--json'])).json as { demo_url: string }
  const script = join(cli.folder, 'attach.mjs')
  writeFileSync(
    script,
    `import { execFileSync } from 'node:child_process'
import { chromium } from '${join(ROOT, 'node_modules/playwright-core/index.mjs')}'
const skyvern = (...args) => execFileSync('node', ['${join(ROOT, 'bin/skyvern.cjs')}', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
skyvern('task', 'run', 'Log in with username demo@example.com', '--url', '${status.demo_url}/login')
const browser = await chromium.connectOverCDP(process.env.SKYVERN_CDP_URL)
const [page] = browser.contexts()[0].pages()
await page.getByRole('link', { name: 'Invoices', exact: true }).click()
await browser.close()
console.log(JSON.parse(skyvern('task', 'run', 'Extract all invoice numbers')).length)
`,
  )
  const result = await cli.run(['session', 'exec', '--', 'node', script])
  expect(result, result.stderr).toMatchObject({ code: 0, stdout: '23\n' })
})
