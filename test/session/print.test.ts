import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor, KEY } from '../support/api.ts'
import type { Cli } from '../support/cli.ts'
import { startSessions } from '../support/sessions.ts'

const AS_ENV = ['session', 'create', '--format', 'env']

test('--format env is for eval, and leaves the secret out', async () => {
  const api = await startSessions({ app_url: "https://app.example.com/?q='; touch pwned; '$(id)" })
  const result = await cliFor(api).run(AS_ENV)
  const [id] = api.sessions.keys()
  const names = ['SKYVERN_SESSION_ID', 'SKYVERN_APP_URL', 'SKYVERN_CDP_URL', 'SKYVERN_BASE_URL']
  expect(evaluate(result.stdout, names)).toEqual([
    id,
    "https://app.example.com/?q='; touch pwned; '$(id)",
    '',
    api.url,
  ])
  expect(result.stdout).not.toMatch(new RegExp(`cdp-token|${KEY}|SKYVERN_LOCAL`))
})

/** Those that are here; sh is everywhere. */
const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'fish'].filter(
  (shell) => spawnSync(shell, ['-c', 'true']).status === 0,
)

test('each shell reads the lines of --format env unchanged', async () => {
  const url =
    String.raw`https://app.example.com/\' ; touch pwned; echo '\\'\'$(touch pwned)"!` +
    '`id` %{} ~*'
  const api = await startSessions({ app_url: url })
  const cli = cliFor(api)
  const { stdout } = await cli.run(AS_ENV)
  const file = join(cli.folder, 'lines')
  writeFileSync(file, stdout)
  const show = `. '${file}'; printf '%s' "$SKYVERN_APP_URL"`
  const env = { ...cli.environment(), XDG_CONFIG_HOME: cli.folder }
  for (const shell of SHELLS) {
    const read = execFileSync(shell, ['-c', show], { encoding: 'utf8', cwd: cli.folder, env })
    expect(read, shell).toBe(url)
  }
  expect(readdirSync(cli.folder)).not.toContain('pwned')
})

test('--show-secrets adds the CDP address', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const created = await cli.run([...AS_ENV, '--show-secrets', '--name', 'x'])
  const [id] = api.sessions.keys()
  const address = `ws://127.0.0.1:9/${id}/cdp-token`
  expect(evaluate(created.stdout, ['SKYVERN_CDP_URL'])).toEqual([address])
  const ensured = await cli.run(['session', 'ensure', '--name', 'x', '--format', 'env'])
  expect(evaluate(ensured.stdout, ['SKYVERN_SESSION_ID', 'SKYVERN_CDP_URL'])).toEqual([id, ''])
})

test('nothing is printed for eval when there is no session', async () => {
  const api = await startSessions()
  const result = await cliFor(api).run([...AS_ENV, '--json'])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(api.requests).toHaveLength(0)
})

test('--github sets outputs and variables, and the id on stdout stays alone', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const files = githubFiles(cli)
  const result = await cli.run(['session', 'create', '--github'], { env: files })
  const [id] = api.sessions.keys()
  expect(result).toMatchObject({ code: 0, stdout: `${id}\n` })
  const url = `https://app.example.com/browser-session/${id}`
  expect(contentOf(files.GITHUB_OUTPUT)).toBe(`before=1\nsession_id=${id}\napp_url=${url}\n`)
  expect(contentOf(files.GITHUB_ENV)).toBe(
    `before=1\nSKYVERN_SESSION_ID=${id}\nSKYVERN_APP_URL=${url}\n`,
  )
  expect(result.stderr).not.toContain('::')
})

test('--github masks the secret before the job can log it', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const files = githubFiles(cli)
  const args = ['session', 'create', '--github', '--show-secrets', '-q']
  const result = await cli.run(args, { env: files })
  const [id] = api.sessions.keys()
  const address = `ws://127.0.0.1:9/${id}/cdp-token`
  expect(result).toMatchObject({ stdout: `${id}\n`, stderr: `::add-mask::${address}\n` })
  expect(contentOf(files.GITHUB_ENV)).toContain(`SKYVERN_CDP_URL=${address}\n`)
  expect(contentOf(files.GITHUB_OUTPUT)).not.toContain('cdp-token')
})

test('a line break from the server cannot set other variables', async () => {
  const api = await startSessions({ app_url: 'https://app.example.com/\nPATH=/evil' })
  const cli = cliFor(api)
  const files = githubFiles(cli)
  await cli.run(['session', 'create', '--github'], { env: files })
  expect(contentOf(files.GITHUB_ENV)).not.toMatch(/^PATH=/m)
})

test('--github outside of a step is refused before anything is billed', async () => {
  const api = await startSessions()
  const result = await cliFor(api).run(['session', 'create', '--github'])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(api.requests).toHaveLength(0)
})

test('files that cannot be written do not lose a session that costs money', async () => {
  const api = await startSessions()
  const env = { GITHUB_OUTPUT: '/no/such/file', GITHUB_ENV: '/no/such/file' }
  const result = await cliFor(api).run(['session', 'create', '--github'], { env })
  expect(result).toMatchObject({ code: 0, stdout: `${api.open()[0]}\n` })
  expect(result.stderr).toContain('warning')
})

/** What a shell makes of the lines. */
function evaluate(lines: string, names: string[]): string[] {
  const show = names.map((name) => `printf '%s\\n' "\${${name}-}"`).join('; ')
  const shown = execFileSync('sh', ['-c', `eval "$1"; ${show}`, 'sh', lines], { encoding: 'utf8' })
  return shown.split('\n').slice(0, -1)
}

function githubFiles({ folder }: Cli) {
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_ENV: join(folder, 'env') }
  for (const file of Object.values(files)) writeFileSync(file, 'before=1\n')
  return files
}

const contentOf = (file: string): string => readFileSync(file, 'utf8')
