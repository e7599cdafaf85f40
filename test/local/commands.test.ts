/** The `local` commands and the story, on the built binary. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { command } from '../install/clone.ts'
import { KEY, session, SESSION_ID, startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { ROOT } from '../support/project.ts'
import { LIST_SESSIONS } from '../support/routes.ts'
import { browsersOf, gone, processesOf, shareHome } from './support.ts'

const home = shareHome()

/** A home whose backend a test starts and stops. */
function createLocalCli(env: Record<string, string> = {}): Cli {
  const cli = createCli(env)
  onTestFinished(async () => void (await cli.run(['local', 'stop'])))
  return cli
}

test('the demo tells the whole story, leaves nothing behind, and what it says to type next works in its clone', async () => {
  const cli = createLocalCli()
  const { code, stdout, stderr } = await cli.run(['local', 'demo'], { cwd: ROOT })
  expect(stderr).toContain('✓ Session pbs_')
  expect(code).toBe(0)
  const story = stdout.split('\n').filter((line) => line.startsWith('$ '))
  expect(story).toEqual([
    '$ export SKYVERN_LOCAL=1',
    '$ skyvern session create --timeout 120 --proxy US',
    expect.stringMatching(
      /^\$ skyvern task run "Log in with username demo@example.com" --url http/,
    ),
    '$ skyvern task run "Go to the invoices page and extract all invoice numbers" --fields output',
    '$ skyvern session close',
  ])
  expect(stdout).toMatch(/^\["INV-0001",.*,"INV-0023"\]$/m)
  expect(stdout.match(/^ {2}\d+\.\d s$/gm)).toHaveLength(4)
  expect(stderr).not.toContain('SKYVERN_SCOPE')
  await gone(() => browsersOf(cli.folder))
  expect((await cli.run(['session', 'current', '--local'])).code).toBe(5)

  const next = stderr.match(/^ {2}npx skyvern .* --local.*$/gm) ?? []
  expect(next).toHaveLength(3)
  const typed = await command(['sh', '-c', next.join(' && ')], ROOT, cli.environment())
  expect(typed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pbs_\d+\n$/) })
  expect(typed.stderr).toMatch(/✓ Session pbs_\d+ completed/)
})

test('SKYVERN_CONFIG_DIR may be relative', async () => {
  const cli = home()
  const here = { cwd: cli.folder, env: { SKYVERN_CONFIG_DIR: '.' } }
  const listed = await cli.run(['session', 'list', '--local', '--json'], here)
  expect(listed).toMatchObject({ code: 0, json: [] })
})

test('Ctrl-C in the demo closes its session', async () => {
  const cli = home()
  const demo = cli.start(['local', 'demo'])
  await demo.said('skyvern-2.0')
  demo.child.kill('SIGINT')
  expect((await demo.result).signal).toBe('SIGINT')
  expect((await cli.run(['session', 'list', '--local', '-q'])).stdout).toBe('')
})

test('start prints the address, logs what is done, status shows it, stop ends it, every browser and the wait for a run', async () => {
  const cli = createLocalCli()
  expect((await cli.run(['local', 'logs'])).code).toBe(5)
  const started = await cli.run(['local', 'start'])
  expect(started.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
  expect((await cli.run(['local', 'start'])).stdout).toBe(started.stdout)
  await followLogs(cli)
  await cli.run(['session', 'create', '--local'])
  const elsewhere = await cli.run(['session', 'get', '--json'])
  expect([elsewhere.code, elsewhere.error.hint]).toEqual([
    5,
    expect.stringMatching(/^The one of the embedded backend is pbs_\d+: add --local\.$/),
  ])
  const status = await cli.run(['local', 'status', '--json'])
  expect(status.json).toMatchObject({
    base_url: started.stdout.trim(),
    open_sessions: 1,
    key_file: join(cli.folder, 'local', 'daemon.json'),
  })
  const { apiKey } = JSON.parse(readFileSync(status.json.key_file, 'utf8'))
  const human = await cli.run(['local', 'status'])
  expect(`${status.stdout}${human.stdout}${human.stderr}`).not.toContain(apiKey)

  const task = cli.start(['task', 'run', '--local', 'Wait 60 seconds', '--json'])
  await task.said('tsk_v2_')
  expect((await cli.run(['local', 'stop'])).code).toBe(0)
  const ended = await task.result
  expect(ended.error.code).toMatch(/^(network|run_canceled)$/)
  expect([3, 7]).toContain(ended.code)
  await gone(() => processesOf(cli.folder))
  const again = await cli.run(['local', 'stop', '--json'])
  expect([again.code, again.json]).toEqual([0, { stopped: false }])
  const none = await cli.run(['local', 'status', '--json'])
  expect([none.code, none.stdout, none.error.code]).toEqual([5, '', 'not_found'])
})

async function followLogs(cli: Cli): Promise<void> {
  const [line] = (await cli.run(['local', 'logs', '-n', '1'])).stdout.split('\n')
  expect(line).toMatch(/listening on http/)
  const following = cli.start(['local', 'logs', '-f'])
  await new Promise((resolve) => following.child.stdout.once('data', resolve))
  await cli.run(['session', 'close', 'pbs_1', '--local'])
  while (!following.stdout.includes('pbs_1/close 404')) {
    await new Promise((resolve) => following.child.stdout.once('data', resolve))
  }
  following.child.kill('SIGINT')
  expect((await following.result).signal).toBe('SIGINT')
}

test('without a browser every way in says what to do, and a wrong CHROME_PATH is named', async () => {
  const cli = createLocalCli({ CHROME_PATH: '/nowhere/chrome' })
  const created = await cli.run(['session', 'create', '--local'])
  expect([created.code, created.stdout]).toEqual([7, ''])
  expect(created.stderr).toContain('/nowhere/chrome')
  for (const args of [
    ['local', 'demo'],
    ['local', 'doctor', '--fix'],
  ]) {
    const { code, stderr } = await cli.run(args)
    expect(code).toBe(7)
    expect(stderr).toContain('CHROME_PATH')
  }
  const doctor = await cli.run(['local', 'doctor'])
  expect(doctor.code).toBe(7)
  expect(doctor.stdout).toMatch(/^failed\tbrowser\tCHROME_PATH is/)
  expect(existsSync(join(cli.folder, 'local', 'daemon.json'))).toBe(false)
})

test('doctor finds what is here', async () => {
  const { code, stdout } = await createLocalCli().run(['local', 'doctor'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok\tbrowser\t\/.*\nok\tdriver\t.*\nok\tbackend\tstarts/)
})

test('nothing on the embedded backend is said to bill', async () => {
  const cli = home({ SKYVERN_LOCAL: '1' })
  const wait = ['--no-session', '--wait-timeout', '1']
  const late = await cli.run(['task', 'run', 'Wait 60 seconds', ...wait])
  expect(late.code).toBe(124)
  expect(late.stderr).toContain('has not ended yet')
  const first = (await cli.run(['session', 'create'])).stdout.trim()
  const second = await cli.run(['session', 'create'])
  expect(second.stderr).toContain(`session close ${first}`)
  expect(late.stderr + second.stderr).not.toMatch(/bill/)
})

test('a stored local sends the next commands there', async () => {
  const api = await startApi({ [LIST_SESSIONS]: { json: [session()] } })
  const cli = createLocalCli({ SKYVERN_API_KEY: KEY })
  await cli.run(['config', 'set', 'base-url', api.url])
  await cli.run(['config', 'set', 'local', 'true'])
  expect(await cli.run(['session', 'list', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' })
  const status = await cli.run(['auth', 'status', '--json'])
  expect(status.json).toMatchObject({ base_url_source: 'config', api_key_source: 'config' })
  expect(api.requests).toEqual([])
  const { stdout } = await cli.run(['session', 'list', '--no-local', '--json'])
  expect(stdout).toContain(SESSION_ID)
  expect(api.requests).toHaveLength(1)
})
